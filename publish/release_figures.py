"""The figures that a release printed, each with the cell of the mart that it was read from."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest import periods
from publish.lineage import forms_of
from publish.release_register import CountingSubmission, ReleaseRecord

NUMBERS = "numbers.json"
DATAPACKAGE = "datapackage.json"
# Columns of these types hold figures; others name things.
COUNTED = frozenset({"integer", "number"})

Address = tuple[str, str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class Printed:
    """What a release printed of one cell of a mart, and everywhere that it did. An absent value is None."""

    value: str | None
    places: tuple[str, ...]

    @property
    def within(self) -> tuple[str, ...]:
        """The tables, charts, sections and files that it stands in, each once."""
        return tuple(dict.fromkeys(place.partition(",")[0] for place in self.places))


Figures = Mapping[Address, Printed]


@dataclass(frozen=True)
class Figure:
    """One figure: the mart's column and row, the value as released, and where it stands in the release.

    An absent value is None. `is_number` is false for columns of an extract that hold text, dates or marks.
    `text` is the figure as a document printed it.
    """

    mart: str
    column: str
    key: tuple[tuple[str, str], ...]
    value: str | None
    place: str
    is_number: bool = True
    text: str | None = None

    def is_at(self, place: str) -> bool:
        """Whether it stands in that very place: as numbers.json writes it, or with the figure as printed in
        place of its ordinal («Раздел 6.1, абзац 2, 7 619»).
        """
        wanted = _typed(place)
        printed = f"{self.place.rpartition(', ')[0]}, {self.text}"
        return wanted == _typed(self.place) or (self.text is not None and wanted == _typed(printed))

    def is_within(self, place: str) -> bool:
        """Whether it stands there or in a part of it: in a paragraph, a row of a table, a chart."""
        return self.is_at(place) or _typed(self.place).startswith(f"{_typed(place)},")

    @property
    def address(self) -> Address:
        """The cell of the mart."""
        return (self.mart, self.column, self.key)

    @property
    def unit(self) -> tuple[str, str]:
        """Type and code of the unit that it is about."""
        return unit_of(dict(self.key))


def _typed(place: str) -> str:
    """A place as anybody may type it: case, kinds of spaces and a full stop do not matter."""
    return " ".join(place.casefold().split()).rstrip(" .,")


def figures_of(record: ReleaseRecord) -> list[Figure] | None:
    """Every figure of a release in its order; None where the release has none or its files are gone."""
    folder = record.whole_folder()
    if folder is None:
        return None
    if (folder / NUMBERS).is_file():
        return list(_of_document(folder / NUMBERS))
    if (folder / DATAPACKAGE).is_file():
        return list(_of_package(folder))
    return None


def by_address(figures: Iterable[Figure]) -> dict[Address, Printed]:
    """What was printed by the cell of the mart; one cell may stand in several places."""
    values: dict[Address, str | None] = {}
    places: dict[Address, list[str]] = {}
    for figure in figures:
        values[figure.address] = figure.value
        places.setdefault(figure.address, []).append(figure.place)
    return {address: Printed(value, tuple(places[address])) for address, value in values.items()}


def _of_document(path: Path) -> Iterator[Figure]:
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    for row in rows:
        yield Figure(
            row["mart"],
            row["column"],
            tuple(sorted(row["key"].items())),
            row["value"],
            row["place"],
            text=row["text"],
        )


def _of_package(folder: Path) -> Iterator[Figure]:
    package = json.loads((folder / DATAPACKAGE).read_text(encoding="utf-8"))
    for resource in package["resources"]:
        path = folder / resource["path"]
        types = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
        key = resource["schema"]["primaryKey"]
        mart = f"public_marts.{path.stem}_public"
        with path.open(encoding="utf-8", newline="") as stream:
            for number, row in enumerate(csv.DictReader(stream), start=1):
                named = tuple(sorted((name, row[name]) for name in key))
                for column, value in row.items():
                    if column not in key:
                        place = f"{resource['path']}, строка {number}, столбец {column}"
                        is_number = types[column] in COUNTED
                        yield Figure(mart, column, named, value or None, place, is_number)


def unit_of(key: Mapping[str, str]) -> tuple[str, str]:
    """The unit that a figure is about, read from the key of its mart's row."""
    if "unit_code" in key:
        return key.get("unit_type", "unit"), key["unit_code"]
    for column, unit_type in (("ogrn", "organisation"), ("municipality_code", "municipality")):
        if column in key:
            return unit_type, key[column]
    return "region", key.get("region_code", "")


def feeds(
    submission: CountingSubmission,
    address: Address,
    region: str | None,
    source_forms: Mapping[str, frozenset[str]],
) -> bool:
    """Whether a report of a region may have entered a figure: by its form, its unit and its school year.

    `source_forms` are the forms of each indicator. In a rating, other units move a place, too: only the
    unit's own reports and those of its territory are told.
    """
    mart, column, pairs = address
    key = dict(pairs)
    forms = source_forms.get(key.get("indicator_code", ""))
    if forms is None:
        forms = forms_of(mart)
    if forms is not None and submission.form_code not in forms:
        return False
    if "form_code" in key and key["form_code"] != submission.form_code:
        return False
    if "form_code" in key and key.get("period_code", submission.period_code) != submission.period_code:
        return False
    if not _is_of_year(submission, column, key.get("school_year")):
        return False
    unit_type, unit = unit_of(key)
    if unit_type == "region":
        return unit in ("", region or unit)
    return unit in (submission.ogrn, submission.municipality_code)


def _is_of_year(submission: CountingSubmission, column: str, years: str | None) -> bool:
    """A figure tells of the school years in its key; what compares with last year tells of that as well."""
    if years is None:
        return True
    year = periods.parse_period(submission.period_code).school_year
    if year in years:
        return True
    first = int(year[:4]) + 1
    return column.startswith("previous") and f"{first:04d}-{first + 1:04d}" in years
