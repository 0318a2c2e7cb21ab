"""Reading the project's own YAML."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

# libyaml's parser reads ten times as fast as the one in Python; some builds of PyYAML have none.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse_yaml(text: str) -> Any:
    """Plain values from a YAML document. Raises yaml.YAMLError that names line and column."""
    return yaml.load(text, _LOADER)


def read_yaml(path: Path) -> Any:
    """Plain values from a UTF-8 file. Raises FileNotFoundError, or yaml.YAMLError as `parse_yaml` does."""
    return parse_yaml(path.read_text(encoding="utf-8"))
