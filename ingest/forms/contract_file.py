"""A contract file with its lines, so that an error can say where it is.

YAML parsers give values or positions, not both: this one keeps the line of every key.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import yaml

Key = str | int


class ContractError(ValueError):
    """A contract that cannot be used. The text names the file, the line and the key."""


class ContractFile:
    """The parsed document of one contract and the line of each of its keys."""

    def __init__(self, path: Path) -> None:
        self.path = path
        content = path.read_bytes()
        self.sha256 = hashlib.sha256(content).hexdigest()
        try:
            self._root, self.document = _parsed(content.decode("utf-8"))
        except (yaml.YAMLError, UnicodeDecodeError) as problem:
            raise ContractError(f"{path.name}: not readable as YAML: {problem}") from problem
        if not isinstance(self.document, dict):
            raise ContractError(f"{path.name}, line 1: a contract must be a mapping")
        self._refuse_duplicate_keys(self._root)

    def line(self, keys: tuple[Key, ...]) -> int:
        """Line (from 1) of the deepest key of ``keys`` that the file has."""
        node, line = self._root, 1
        for key in keys:
            following = _step(node, key)
            if following is None:
                break
            line, node = following
        return line

    def error(self, keys: tuple[Key, ...], problem: str) -> ContractError:
        """An error about that key, ready to raise."""
        dotted = ".".join(str(key) for key in keys) or "(document)"
        return ContractError(f"{self.path.name}, line {self.line(keys)}, {dotted}: {problem}")

    def _refuse_duplicate_keys(self, node: yaml.Node) -> None:
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                if key.value in seen:
                    line = key.start_mark.line + 1
                    raise ContractError(f"{self.path.name}, line {line}: key {key.value!r} is given twice")
                seen.add(key.value)
                self._refuse_duplicate_keys(value)
        elif isinstance(node, yaml.SequenceNode):
            for item in node.value:
                self._refuse_duplicate_keys(item)


def _parsed(text: str) -> tuple[yaml.Node, Any]:
    """Parse once: the nodes know their lines, the document is made from them."""
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    try:
        root = loader.get_single_node()
        return root, loader.construct_document(root) if root is not None else None
    finally:
        loader.dispose()


def _step(node: yaml.Node, key: Key) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key_node, value_node in node.value:
            if key_node.value == str(key):
                return key_node.start_mark.line + 1, value_node
    elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        item = node.value[key]
        return item.start_mark.line + 1, item
    return None
