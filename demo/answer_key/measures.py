"""What was done for each measure of the road maps, from the values that the counting files say.

Which field of which form counts for a measure stands in ``demo/data/measure_volumes.csv``, the measures and
the forms that serve them in ``demo/data/road_maps.csv``: both name forms, not marts.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pandas as pd

from demo.facts import facts_path
from demo.files import WrittenFile
from demo.periods import SCHOOL_YEARS, TODAY
from demo.values import Row

VOLUMES = ("events", "participants", "documents")
# Rows of matrices that repeat what others say.
REPEATING = ("total", "unique")
ACCEPTED = ("accepted", "accepted_late")


@dataclass(frozen=True)
class Volume:
    """A field that counts for a measure; without a field rows are counted, `*` is the row's own measure."""

    measure_code: str
    volume: str
    form_code: str
    section: str
    field: str
    filter_field: str
    filter_value: str
    is_cumulative: bool


@dataclass(frozen=True)
class RoadMapMeasure:
    """A measure, the forms that serve it, and the school years of the demo for which it is planned."""

    measure_code: str
    region_code: str
    forms: frozenset[str]
    planned_years: tuple[str, ...]
    is_reported: bool


@cache
def road_maps() -> dict[str, RoadMapMeasure]:
    """All measures by code."""
    with facts_path("road_maps.csv").open(encoding="utf-8") as file:
        return {
            row["measure_code"]: RoadMapMeasure(
                row["measure_code"],
                row["region_code"],
                frozenset(row["forms"].split()),
                tuple(row["planned_years"].split()),
                row["is_reported"] == "true",
            )
            for row in csv.DictReader(file)
        }


@cache
def volumes_of(form_code: str) -> tuple[Volume, ...]:
    """What of a form counts for measures."""
    with facts_path("measure_volumes.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["form_code"] == form_code]
    return tuple(
        Volume(
            row["measure_code"],
            row["volume"],
            row["form_code"],
            row["section"],
            row["field"],
            row["filter_field"],
            row["filter_value"],
            row["is_cumulative"] == "true",
        )
        for row in rows
    )


def measure_reports(counting: list[WrittenFile]) -> pd.DataFrame:
    """One row per measure and counting file that says something of it; the files of whole organisations."""
    rows: list[dict[str, Any]] = []
    grown: dict[tuple[Volume, str, str], int] = {}
    for file in sorted(counting, key=lambda one: (one.org.ogrn, one.term.form_code, one.term.period_code)):
        said: dict[str, Counter[str]] = defaultdict(Counter)
        has_any: set[str] = set()
        for line, measure_code, stated in _figures(file):
            figure = stated
            if line.is_cumulative:
                key = (line, file.org.ogrn, file.term.period_code[:4])
                figure -= grown.get(key, 0)
                grown[key] = stated
            said[measure_code][line.volume] += figure
            if figure:
                has_any.add(measure_code)
        for measure_code in has_any:
            rows.append(
                {
                    "measure_code": measure_code,
                    "source_uri": file.source_uri,
                    "region_code": file.org.region_code,
                    "ogrn": file.org.ogrn,
                    "form_code": file.term.form_code,
                    "period_code": file.term.period_code,
                    "school_year": file.term.school_year,
                    **{volume: said[measure_code][volume] for volume in VOLUMES},
                }
            )
    return pd.DataFrame(rows)


def _figures(file: WrittenFile) -> Iterator[tuple[Volume, str, int]]:
    """Every figure of the file that counts, summed over the section's rows."""
    for line in volumes_of(file.term.form_code):
        sums: Counter[str] = Counter()
        for row in file.values.rows(line.section):
            if row.get("row_code") in REPEATING or not _is_chosen(line, row):
                continue
            code = str(row["measure_code"]) if line.measure_code == "*" else line.measure_code
            measure = road_maps().get(code)
            if measure is not None and measure.region_code == file.org.region_code:
                sums[code] += _figure(line, row)
        for code, figure in sums.items():
            yield line, code, figure


def _is_chosen(line: Volume, row: Row) -> bool:
    if not line.filter_field:
        return True
    value = row.get(line.filter_field)
    return (str(value).lower() if isinstance(value, bool) else value) == line.filter_value


def _figure(line: Volume, row: Row) -> int:
    """A number as it is; a row, a yes, a date and an address count as one."""
    if not line.field:
        return 1
    value = row.get(line.field)
    return int(value) if isinstance(value, int) else int(value is not None)


@dataclass
class _Asked:
    """Reports of one form that a region owes for a school year."""

    expected: int = 0
    due: int = 0
    accepted: int = 0
    missing: int = 0
    organisations: set[str] = field(default_factory=set)


@dataclass
class _Reported:
    """What was reported of one measure for a school year."""

    files: int = 0
    organisations: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    sums: Counter[str] = field(default_factory=Counter)


class MeasureExecution:
    """Adds up batches of organisations into what was done for each measure."""

    def __init__(self) -> None:
        self._asked: dict[tuple[str, str, str], _Asked] = defaultdict(_Asked)
        self._reported: dict[tuple[str, str], _Reported] = defaultdict(_Reported)

    def add(self, obligations: pd.DataFrame, reports: pd.DataFrame, kinds: dict[str, str]) -> None:
        """`kinds`: kind of each organisation of the batch by ОГРН."""
        for owed in obligations.to_dict("records"):
            asked = self._asked[owed["region_code"], owed["form_code"], owed["school_year"]]
            is_accepted, is_due = owed["status"] in ACCEPTED, owed["due_on"] <= TODAY
            asked.expected += 1
            asked.due += is_due
            asked.accepted += is_accepted
            asked.missing += is_due and not is_accepted
            asked.organisations.add(owed["ogrn"])
        for said in reports.to_dict("records"):
            reported = self._reported[said["measure_code"], said["school_year"]]
            reported.files += 1
            reported.organisations.add(said["ogrn"])
            reported.kinds.add(kinds[said["ogrn"]])
            reported.sums.update({volume: said[volume] for volume in VOLUMES})

    def frame(self) -> pd.DataFrame:
        """One row per measure and school year of the demo."""
        rows = [self._row(measure, year) for measure in road_maps().values() for year in SCHOOL_YEARS]
        return pd.DataFrame([row for row in rows if row is not None])

    def _row(self, measure: RoadMapMeasure, year: str) -> dict[str, Any] | None:
        parts = [
            self._asked[measure.region_code, form, year]
            for form in sorted(measure.forms)
            if (measure.region_code, form, year) in self._asked
        ]
        is_planned = year in measure.planned_years
        if not parts and not is_planned:
            return None
        reported = self._reported.get((measure.measure_code, year), _Reported())
        due, missing = sum(part.due for part in parts), sum(part.missing for part in parts)
        return {
            "measure_code": measure.measure_code,
            "school_year": year,
            "region_code": measure.region_code,
            "is_planned": is_planned,
            "reports_expected": sum(part.expected for part in parts),
            "reports_due": due,
            "reports_accepted": sum(part.accepted for part in parts),
            "organisations_expected": len(set().union(*(part.organisations for part in parts))),
            "organisations_reported": len(reported.organisations),
            "reported_by": ", ".join(sorted(reported.kinds)) or None,
            "evidence_submissions": reported.files,
            **{volume: reported.sums[volume] for volume in VOLUMES},
            "status": _status(measure, parts, reported, due, missing),
        }


def _status(measure: RoadMapMeasure, parts: list[_Asked], reported: _Reported, due: int, missing: int) -> str:
    if not measure.is_reported or not parts:
        return "not_reportable"
    if reported.files:
        return "partly" if missing else "done"
    return "not_reported" if due else "not_due"
