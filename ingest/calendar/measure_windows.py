"""The measures' part of the cyclogram: every window of every measure, written as a seed of the warehouse.

``orientir form generate`` computes ``measure_windows.csv`` from the seeds ``roadmap_measures.csv`` (calendar
and executors), ``roadmaps.csv`` (how long each road map is valid) and ``measure_schedule.csv`` (days of the
measures that are carried out by a schedule); a test fails when it drifts from them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from ingest.calendar.measure_calendar import CalendarMeasure, MeasureCalendarError, windows
from ingest.forms.served_measures import SEEDS
from ingest.periods import UnknownPeriodError, parse_period

MEASURE_WINDOWS = SEEDS / "measure_windows.csv"
_COLUMNS = (
    "measure_code", "window_no", "period_code", "school_year", "opens_on", "closes_on", "rhythm",
)  # fmt: skip


def measure_windows(project: Path) -> str:
    """The content of the seed. Raises MeasureCalendarError for a calendar or a schedule that is wrong."""
    measures = _measures(project / SEEDS)
    scheduled = {measure.measure_code for measure in measures if "schedule" in measure.calendar.split(" + ")}
    schedule = _schedule(project / SEEDS / "measure_schedule.csv", scheduled)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for measure in measures:
        for number, window in enumerate(windows(measure, schedule), start=1):
            days = (window.opens_on.isoformat(), window.closes_on.isoformat())
            period = window.period_code or ""
            writer.writerow((measure.measure_code, number, period, window.school_year, *days, window.rhythm))
    return buffer.getvalue()


def write_measure_windows(project: Path) -> list[Path]:
    """Writes the seed under a project's folder if it differs; returns what was written."""
    if not measure_windows_drifted(project):
        return []
    path = project / MEASURE_WINDOWS
    path.write_text(measure_windows(project), encoding="utf-8", newline="\n")
    return [path]


def measure_windows_drifted(project: Path) -> list[str]:
    """The seed's name if it is missing or not what the road maps give now."""
    path = project / MEASURE_WINDOWS
    if path.exists() and path.read_text(encoding="utf-8") == measure_windows(project):
        return []
    return [path.name]


def _measures(seeds: Path) -> list[CalendarMeasure]:
    valid = {row["region_code"]: _validity(row) for row in _rows(seeds / "roadmaps.csv")}
    return [
        CalendarMeasure(
            row["measure_code"],
            row["calendar"],
            tuple(row["executors"].split("; ")),
            *valid[row["region_code"]],
        )
        for row in _rows(seeds / "roadmap_measures.csv")
        if row["is_header"] == "false"
    ]


def _validity(row: Mapping[str, str]) -> tuple[date, date]:
    try:
        return date.fromisoformat(row["valid_from"]), date.fromisoformat(row["valid_to"])
    except ValueError as error:
        raise MeasureCalendarError(
            f"roadmaps.csv: {row['region_code']}: valid from {row['valid_from']!r} to {row['valid_to']!r}:"
            " a road map has a first and a last day, each as 2025-08-31; one without an end is given the last"
            " day that is planned"
        ) from error


def _schedule(path: Path, scheduled: set[str]) -> dict[tuple[str, str], tuple[date, date]]:
    """First and last day by measure and school year; an empty cell is that end of the school year."""
    days: dict[tuple[str, str], tuple[date, date]] = {}
    for line, row in enumerate(_rows(path), start=2):
        where = f"{path.name}, line {line}"
        key = (row["measure_code"], row["school_year"])
        if row["measure_code"] not in scheduled:
            raise MeasureCalendarError(f"{where}: {key[0]!r} is not a measure that goes by a schedule")
        if key in days:
            raise MeasureCalendarError(f"{where}: {key[0]} {key[1]} is given twice")
        try:
            year = parse_period(row["school_year"])
            opens = date.fromisoformat(row["opens_on"]) if row["opens_on"] else year.starts_on
            closes = date.fromisoformat(row["closes_on"]) if row["closes_on"] else year.ends_on
        except (UnknownPeriodError, ValueError) as problem:
            raise MeasureCalendarError(f"{where}: {problem}") from problem
        if not year.starts_on <= opens <= closes <= year.ends_on:
            raise MeasureCalendarError(
                f"{where}: {opens} to {closes} must lie within {year.starts_on} to {year.ends_on}"
            )
        days[key] = (opens, closes)
    return days


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
