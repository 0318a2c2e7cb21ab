"""What each counting file says of the measures of the road maps.

Which field of which form counts for a measure stands in ``demo/data/measure_volumes.csv``, the measures and
the forms that serve them in ``demo/data/road_maps.csv``: both name forms, not marts.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import pandas as pd

from demo.answer_key.measure_terms import is_planned_on
from demo.facts import facts_path
from demo.files import WrittenFile
from demo.periods import school_year_of_month
from demo.values import Row

VOLUMES = ("events", "participants", "documents")
SUMS = (*VOLUMES, "events_in_window", "events_outside_window")
# Rows of matrices that repeat what others say.
REPEATING = ("total", "unique")


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
    date_field: str
    is_cumulative: bool


@dataclass(frozen=True)
class RoadMapMeasure:
    """A measure, the forms that serve it, and its term as `measure_terms` reads it."""

    measure_code: str
    region_code: str
    forms: frozenset[str]
    term: str
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
                row["term"],
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
            row["date_field"],
            row["is_cumulative"] == "true",
        )
        for row in rows
    )


def measure_reports(counting: list[WrittenFile]) -> pd.DataFrame:
    """One row per measure and counting file that tells a figure of it; the files of whole organisations.

    A volume that the file does not tell is None; a file whose figures are all zero is no evidence, and one of
    whose figures nothing follows has no row.
    """
    rows: list[dict[str, Any]] = []
    grown: dict[tuple[Volume, str, int], dict[int, int]] = defaultdict(dict)
    for file in sorted(counting, key=lambda one: (one.org.ogrn, one.term.form_code, one.term.period_code)):
        said: dict[str, Counter[str]] = defaultdict(Counter)
        events: dict[str, Counter[date]] = defaultdict(Counter)
        evident: set[str] = set()
        for line, measure_code, stated, held in _figures(file):
            figure: int | None = stated
            if line.is_cumulative:
                year, month = (int(part) for part in file.term.period_code.split("-"))
                told = grown[line, file.org.ogrn, year]
                figure = _added(stated, year, month, told)
                told[month] = stated
            if figure is None:
                continue
            said[measure_code][line.volume] += figure
            events[measure_code].update(held)
            if figure:
                evident.add(measure_code)
        for measure_code, volumes in said.items():
            rows.append(
                {
                    "measure_code": measure_code,
                    "source_uri": file.source_uri,
                    "region_code": file.org.region_code,
                    "ogrn": file.org.ogrn,
                    "form_code": file.term.form_code,
                    "period_code": file.term.period_code,
                    "school_year": file.term.school_year,
                    "received_on": file.received_at.date(),
                    "is_evidence": measure_code in evident,
                    **{volume: volumes.get(volume) for volume in VOLUMES},
                    **_against_the_term(road_maps()[measure_code], events[measure_code]),
                }
            )
    return pd.DataFrame(rows).astype(dict.fromkeys(SUMS, "Int64") if rows else {})


def _added(stated: int, year: int, month: int, told: dict[int, int]) -> int | None:
    """What a month adds to a figure that grows since January, of which `told` has the months before.

    None where that is not known: the figure has shrunk, or it holds months of the school year before, and no
    month of this school year nor the last one of that has told how much there was.
    """
    of_year = school_year_of_month(year, month)
    begun = min(number for number in range(1, month + 1) if school_year_of_month(year, number) == of_year)
    if begun > 1 and not any(number in told for number in range(begun - 1, month)):
        return None
    most = max(told.values(), default=0)
    return None if stated < most else stated - most


def _against_the_term(measure: RoadMapMeasure, events: Counter[date]) -> dict[str, Any]:
    """Events whose day is told: how many on days of the measure's term, how many on others."""
    inside = sum(n for day, n in events.items() if is_planned_on(measure.term, day))
    return {
        "events_in_window": inside if events else None,
        "events_outside_window": events.total() - inside if events else None,
        "first_event_on": min(events, default=None),
        "last_event_on": max(events, default=None),
    }


def _figures(file: WrittenFile) -> Iterator[tuple[Volume, str, int, Counter[date]]]:
    """Every figure of the file that counts, summed over the section's rows, and by day where one is told."""
    for line in volumes_of(file.term.form_code):
        sums: Counter[str] = Counter()
        held: dict[str, Counter[date]] = defaultdict(Counter)
        for row in file.values.rows(line.section):
            if row.get("row_code") in REPEATING or not _is_chosen(line, row):
                continue
            code = str(row["measure_code"]) if line.measure_code == "*" else line.measure_code
            measure = road_maps().get(code)
            if measure is not None and measure.region_code == file.org.region_code:
                figure = _figure(line, row)
                if figure is None:
                    continue
                sums[code] += figure
                day = row.get(line.date_field) if line.date_field else None
                if isinstance(day, date):
                    held[code][day] += figure
        for code, figure in sums.items():
            yield line, code, figure, held[code]


def _is_chosen(line: Volume, row: Row) -> bool:
    if not line.filter_field:
        return True
    value = row.get(line.filter_field)
    return (str(value).lower() if isinstance(value, bool) else value) == line.filter_value


def _figure(line: Volume, row: Row) -> int | None:
    """A number as it is; a row, a yes, a date and an address count as one; None where nothing is told."""
    if not line.field:
        return 1
    value = row.get(line.field)
    if value is None:
        return None
    return int(value) if isinstance(value, int) else 1
