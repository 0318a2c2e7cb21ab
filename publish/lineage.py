"""Which forms feed a mart, read from the references in the dbt project's SQL."""

from __future__ import annotations

import functools
import re
from pathlib import Path

from warehouse.settings import get_settings

_REFERENCE = re.compile(r"\bref\(\s*'(\w+)'\s*\)")
# References that are computed: such a model may read anything.
_COMPUTED = re.compile(r"\bref\(\s*[^'\s]")
_STAGED = re.compile(r"^stg_([a-z]\d{1,2})__")
_OF_ALL = frozenset({"stg_ledger__submission", "stg_ledger__finding", "rule_findings"})
_MACRO = re.compile(r"\{%-?\s*macro\s+(\w+)\(.*?\{%-?\s*endmacro", re.DOTALL)
_CALLED = re.compile(r"\b(\w+)\(")


def forms_of(mart: str) -> frozenset[str] | None:
    """Codes of the forms that a mart is computed from, with or without its schema; None where it may be any.

    Any form is also the answer for what is no model, such as a seed, and for what counts submissions or
    findings and looks at no field.
    """
    name = mart.rpartition(".")[2]
    parents = _parents(get_settings().project_dir / "dbt_project")
    if name not in parents:
        return None
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        model = waiting.pop()
        if model in seen:
            continue
        seen.add(model)
        found = parents.get(model, frozenset())
        if found is None:
            return None
        waiting += found
    forms = frozenset(match.group(1).upper() for model in seen if (match := _STAGED.match(model)))
    return None if not forms and seen & _OF_ALL else forms


@functools.cache
def _parents(project: Path) -> dict[str, frozenset[str] | None]:
    """Models to what they name; None where a name is computed."""
    macros = {}
    for path in sorted((project / "macros").rglob("*.sql")):
        for match in _MACRO.finditer(path.read_text(encoding="utf-8")):
            macros[match.group(1)] = match.group(0)
    return {
        path.stem: _named(path.read_text(encoding="utf-8"), macros)
        for path in sorted((project / "models").rglob("*.sql"))
    }


def _named(text: str, macros: dict[str, str]) -> frozenset[str] | None:
    """What a model names, itself or through the macros that it calls."""
    used: set[str] = set()
    waiting = [text]
    names: set[str] = set()
    while waiting:
        part = waiting.pop()
        if _COMPUTED.search(part):
            return None
        names |= set(_REFERENCE.findall(part))
        called = (set(_CALLED.findall(part)) & macros.keys()) - used
        used |= called
        waiting += [macros[name] for name in called]
    return frozenset(names)
