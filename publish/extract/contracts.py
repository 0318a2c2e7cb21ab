"""Who is sent what: read from the exposures and contracts of the dbt project, not from a list of its own.

An exposure with `meta.extract` names a recipient, how often it is sent a package, and the public marts in
it. The contract of a mart gives the columns, their types and their Russian titles.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

from publish.extract.code_words import Words, words_of
from warehouse.settings import get_settings
from warehouse.yaml_files import read_yaml

FieldType = Literal["string", "integer", "number", "boolean", "date"]
PeriodType = Literal["month", "quarter"]

SCHEMA = "public_marts"
# PostgreSQL's type names, as contracts and cursors give them, to those of Table Schema.
TYPES: dict[str, FieldType] = {
    "text": "string",
    "integer": "integer",
    "int4": "integer",
    "int8": "integer",
    "bigint": "integer",
    "numeric": "number",
    "boolean": "boolean",
    "bool": "boolean",
    "date": "date",
}
# What columns mean that several marts have.
NOTES = Path(__file__).with_name("notes.yaml")
_REFERENCE = re.compile(r"ref\('(\w+)'\)")


class ContractError(ValueError):
    """An exposure or a public mart does not say what an extract needs."""


@dataclass(frozen=True)
class Field:
    """A column: its name in CSV, its type, its title and an explanation in Russian.

    `is_withheld` marks a column that is empty where the row's `is_suppressed` is true. `words` are the codes
    that the column may hold, each with what it means.
    """

    name: str
    type: FieldType
    title: str
    note: str
    is_withheld: bool = False
    words: Words = field(default_factory=dict)

    @property
    def explanation(self) -> str:
        """The note, then what the codes mean."""
        codes = "; ".join(f"{code} — {word}" for code, word in self.words.items())
        return f"{self.note} {codes}.".strip() if codes else self.note


@dataclass(frozen=True)
class Dataset:
    """A public mart as a table of an extract. The name is the mart's without `_public`."""

    name: str
    model: str
    title: str
    description: str
    primary_key: tuple[str, ...]
    sorted_by: tuple[str, ...]
    fields: tuple[Field, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns in their order."""
        return tuple(field.name for field in self.fields)


@dataclass(frozen=True)
class Recipient:
    """Whom an extract is for: the code in folders and settings, the name in letters."""

    code: str
    name: str
    title: str
    periods: tuple[PeriodType, ...]
    datasets: tuple[Dataset, ...]


def load_recipients() -> dict[str, Recipient]:
    """The recipients by code, in the order of the exposures. Raises ContractError, naming the entry."""
    return _load(get_settings().project_dir / "dbt_project" / "models")


@functools.cache
def _load(models: Path) -> dict[str, Recipient]:
    recipients = {}
    for exposure in _read(models / "exposures.yml")["exposures"]:
        terms = exposure.get("config", {}).get("meta", {}).get("extract")
        if terms is None:
            continue
        names = [match.group(1) for ref in exposure["depends_on"] if (match := _REFERENCE.fullmatch(ref))]
        recipients[terms["recipient"]] = Recipient(
            code=terms["recipient"],
            name=terms["addressee"],
            title=exposure["label"],
            periods=tuple(terms["periods"]),
            datasets=tuple(_dataset(models / "public", name) for name in names),
        )
    return recipients


def _dataset(folder: Path, model: str) -> Dataset:
    path = folder / f"{model}.yml"
    if not path.is_file():
        raise ContractError(f"{model} is in an extract's exposure, but is no public mart: there is no {path}")
    (contract,) = _read(path)["models"]
    meta = contract["config"]["meta"]
    keys = [c["columns"] for c in contract.get("constraints", []) if c["type"] == "primary_key"]
    if len(keys) != 1 or "title_ru" not in meta:
        raise ContractError(f"{path}: an extract needs a primary_key and meta.title_ru")
    return Dataset(
        name=model.removesuffix("_public"),
        model=model,
        title=meta["title_ru"],
        description=meta["note_ru"],
        primary_key=tuple(keys[0]),
        sorted_by=tuple(meta.get("sorted_by", keys[0])),
        fields=tuple(_field(path, column) for column in contract["columns"]),
    )


def _field(path: Path, column: dict[str, Any]) -> Field:
    meta = column.get("config", {}).get("meta", {})
    type_name = column["data_type"].split("(")[0]
    if "title_ru" not in meta or type_name not in TYPES:
        raise ContractError(
            f"{path}: column {column['name']} needs meta.title_ru and a type of {sorted(TYPES)}"
        )
    note = meta.get("note_ru") or _notes().get(column["name"])
    if not note:
        raise ContractError(f"{path}: column {column['name']} needs meta.note_ru, or a line in {NOTES}")
    return Field(
        column["name"],
        TYPES[type_name],
        meta["title_ru"],
        note,
        bool(meta.get("withheld", False)),
        words_of(path.stem, column["name"]),
    )


@functools.cache
def _notes() -> dict[str, str]:
    return _read(NOTES)


def _read(path: Path) -> dict[str, Any]:
    return cast(dict[str, Any], read_yaml(path))
