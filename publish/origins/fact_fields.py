"""Which fields of which forms the columns of a fact hold, read from the contracts of the marts."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from warehouse.settings import get_settings
from warehouse.yaml_files import read_yaml

ROW_CODE = "row_code"
SUBMISSION = "submission_id"


@dataclass(frozen=True)
class HeldField:
    """A field of a form that a column holds; of a matrix laid out in columns, in the row of a code."""

    form: str
    section: str
    name: str
    row: str | None = None


@dataclass(frozen=True)
class FactColumn:
    """A column of a fact. Without fields it names the row, or follows from other columns."""

    name: str
    data_type: str
    fields: tuple[HeldField, ...]


@dataclass(frozen=True)
class Fact:
    """A mart whose rows are rows of reports.

    `row_codes` names for a matrix the column that holds the code of its row, by form and section.
    """

    name: str
    key: tuple[str, ...]
    columns: Mapping[str, FactColumn]
    row_codes: Mapping[tuple[str, str], str]

    @property
    def forms(self) -> frozenset[str]:
        """The forms that feed any of its columns."""
        return frozenset(field.form for column in self.columns.values() for field in column.fields)

    def submission_column(self, column: str | None) -> str:
        """The column that names the report which a column comes from: a row may be made of several."""
        if SUBMISSION in self.columns:
            return SUBMISSION
        held = self.columns[column].fields if column else ()
        forms = {field.form.lower() for field in held}
        named = [f"{form}_{SUBMISSION}" for form in sorted(forms) if f"{form}_{SUBMISSION}" in self.columns]
        if len(named) != 1:
            raise LookupError(f"{self.name}.{column} does not say which report it comes from")
        return named[0]

    def fields_of(self, column: str) -> tuple[HeldField, ...]:
        """The fields that a column holds; none of what is no column."""
        held = self.columns.get(column)
        return held.fields if held else ()

    def naming_column(self) -> str | None:
        """A column that shows a row where rows are counted: the first that holds a field of its own."""
        return next((column.name for column in self.columns.values() if column.fields), None)


def is_fact(mart: str) -> bool:
    """Whether a mart's rows are rows of reports, with its fields named in its contract."""
    return mart in _files(_models()) and bool(fact(mart).forms)


def facts() -> Iterator[Fact]:
    """Every fact that is made of fields, by name."""
    for name in _files(_models()):
        if is_fact(name):
            yield fact(name)


def fact(mart: str) -> Fact:
    """The fact of a name. Raises KeyError for what is none."""
    return _read(_files(_models())[mart])


def _models() -> Path:
    return get_settings().project_dir / "dbt_project" / "models"


@functools.cache
def _files(models: Path) -> dict[str, Path]:
    return {path.stem: path for path in sorted((models / "facts").rglob("fct_*.yml"))}


@functools.cache
def _read(path: Path) -> Fact:
    content = cast(dict[str, Any], read_yaml(path))
    (model,) = (model for model in content["models"] if model["name"] == path.stem)
    columns: dict[str, FactColumn] = {}
    row_codes: dict[tuple[str, str], str] = {}
    for column in model["columns"]:
        meta = column.get("config", {}).get("meta", {})
        held = []
        for name in meta.get("fields", ()):
            form, section, field = name.split(".")
            if field == ROW_CODE:
                row_codes.setdefault((form, section), column["name"])
            else:
                held.append(HeldField(form, section, field, meta.get("row")))
        columns[column["name"]] = FactColumn(column["name"], column["data_type"], tuple(held))
    # A matrix in columns names the code of its rows in each of them, and has no column of codes.
    codes = {pair: name for pair, name in row_codes.items() if not columns[name].fields}
    keys = [item["columns"] for item in model.get("constraints", ()) if item["type"] == "primary_key"]
    return Fact(path.stem, tuple(keys[0]) if keys else (), columns, codes)
