"""When each measure of a road map is carried out: its term, in a small grammar, becomes windows of days.

A calendar is one term, or several joined by « + » (a measure may have two windows)::

    once 2021-03            one month of one year; once 2021-02..2021-03 several months
    annual                  every school year
    annual 04               a month of every year; annual 06..08 several; annual Q1 a quarter
    annual 12 from 2020     the same, for the first time in that year
    quarters 2019-Q4, 2020-Q1   the quarters named
    range 2021..2025        how long the measure holds, not how often: by school years
    school_year             every school year; school_year 2019-2020 that one
    schedule                by the table measure_schedule.csv; without an entry the whole school year
    constant                always: by months where an employment centre or a department carries it out,
                            by quarters where schools, colleges or municipal authorities do
    госзадание              every month, cumulative from January
    weekly Sat              that day of every week

Windows lie within the days that the road map is valid for (``roadmaps.csv``) and within the school years
:data:`FIRST_SCHOOL_YEAR` to :data:`LAST_SCHOOL_YEAR`; a window that only partly does is cut.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from ingest.periods import (
    Period,
    half_year,
    month,
    parse_period,
    periods_between,
    quarter,
    school_year,
    school_year_of,
)

Rhythm = Literal["once", "annual", "school_year", "quarterly", "monthly", "cumulative", "weekly", "schedule"]
Schedule = Mapping[tuple[str, str], tuple[date, date]]

FIRST_SCHOOL_YEAR = 2019
LAST_SCHOOL_YEAR = 2030
# Executors that report by months: employment centres and the departments over them.
MONTHLY_EXECUTORS = frozenset({"ЦЗН", "ЦПО", "Дтруд", "Добр"})
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_ONCE = re.compile(r"once (\d{4})-(\d{2})(?:\.\.(\d{4})-(\d{2}))?")
_ANNUAL = re.compile(r"annual(?: (?:(\d{2})(?:\.\.(\d{2}))?|Q([1-4])))?(?: from (\d{4}))?")
_QUARTERS = re.compile(r"quarters (\d{4}-Q[1-4](?:, \d{4}-Q[1-4])*)")
_RANGE = re.compile(r"range (\d{4})\.\.(\d{4})")
_SCHOOL_YEAR = re.compile(r"school_year(?: (\d{4}-\d{4}))?")
_WEEKLY = re.compile(r"weekly (\w+)")


class MeasureCalendarError(ValueError):
    """A calendar that does not follow the grammar, or has no day; the message names measure and term."""


@dataclass(frozen=True)
class CalendarMeasure:
    """What the windows of a measure follow from. The executors are codes such as ЦЗН."""

    measure_code: str
    calendar: str
    executors: tuple[str, ...]
    valid_from: date
    valid_to: date


@dataclass(frozen=True)
class Window:
    """Days on which a measure is carried out, both inclusive, and how often such days come round.

    ``period_code`` is the period that the window is: a month, quarter or school year of the rhythm, else the
    shortest period that holds the whole window, or None where none does (a calendar year).
    """

    opens_on: date
    closes_on: date
    rhythm: Rhythm
    period_code: str | None

    @property
    def school_year(self) -> str:
        """Code of the school year that the window counts to: by its first day, a count by its last."""
        return school_year_of(self.closes_on if self.rhythm == "cumulative" else self.opens_on)


def windows(measure: CalendarMeasure, schedule: Schedule | None = None) -> tuple[Window, ...]:
    """The measure's windows in the order of time.

    ``schedule`` holds, for the code of a measure and a school year, the first and last day that were set.
    Raises :class:`MeasureCalendarError` for a term outside the grammar and for a calendar without a day.
    """
    first = max(measure.valid_from, date(FIRST_SCHOOL_YEAR, 7, 1))
    last = min(measure.valid_to, date(LAST_SCHOOL_YEAR + 1, 8, 31))
    found: list[Window] = []
    for term in measure.calendar.split(" + "):
        for window in _term(measure, term, schedule or {}):
            # The count of the госзадание begins in January, whatever day the window is cut at.
            opens = window.opens_on if window.rhythm == "cumulative" else max(window.opens_on, first)
            cut = replace(window, opens_on=opens, closes_on=min(window.closes_on, last))
            if max(cut.opens_on, first) <= cut.closes_on and cut not in found:
                found.append(cut)
    if not found:
        raise MeasureCalendarError(
            f"measure {measure.measure_code}: the calendar {measure.calendar!r} has no day "
            f"from {first} to {last}, when its road map is valid"
        )
    return tuple(sorted(found, key=lambda window: (window.closes_on, window.opens_on)))


def _term(measure: CalendarMeasure, term: str, schedule: Schedule) -> Iterator[Window]:
    for pattern, reading in _GRAMMAR:
        match = pattern.fullmatch(term)
        if match is not None:
            try:
                yield from reading(match)
            except ValueError as problem:
                raise _wrong(measure, term, str(problem)) from problem
            return
    if term == "schedule":
        yield from _scheduled(measure, schedule)
    elif term == "constant":
        yield from _constant(measure)
    elif term == "госзадание":
        for period in _periods("month"):
            yield replace(_whole(period, "cumulative"), opens_on=date(period.starts_on.year, 1, 1))
    else:
        raise _wrong(measure, term, "it is not a term of the grammar")


def _wrong(measure: CalendarMeasure, term: str, problem: str) -> MeasureCalendarError:
    return MeasureCalendarError(
        f"measure {measure.measure_code}: calendar {measure.calendar!r}: {term!r}: {problem}; "
        "write once, annual, quarters, range, school_year, schedule, constant, госзадание or weekly "
        "as ingest/calendar/measure_calendar.py explains"
    )


def _once(match: re.Match[str]) -> Iterator[Window]:
    opens = month(int(match[1]), int(match[2])).starts_on
    closes = month(int(match[3] or match[1]), int(match[4] or match[2])).ends_on
    yield _days(opens, closes, "once")


def _annual(match: re.Match[str]) -> Iterator[Window]:
    since = int(match[4] or FIRST_SCHOOL_YEAR)
    if match[1] is None and match[3] is None:
        for period in _periods("school_year"):
            if period.starts_on.year >= since:
                yield _whole(period, "annual")
        return
    for year in range(max(since, FIRST_SCHOOL_YEAR), LAST_SCHOOL_YEAR + 2):
        if match[3] is not None:
            yield _whole(quarter(year, int(match[3])), "annual")
        else:
            opens = month(year, int(match[1])).starts_on
            yield _days(opens, month(year, int(match[2] or match[1])).ends_on, "annual")


def _quarters(match: re.Match[str]) -> Iterator[Window]:
    for code in match[1].split(", "):
        yield _whole(parse_period(code), "once")


def _range(match: re.Match[str]) -> Iterator[Window]:
    term = _days(date(int(match[1]), 1, 1), date(int(match[2]), 12, 31), "once")
    for period in _periods("school_year"):
        opens, closes = max(period.starts_on, term.opens_on), min(period.ends_on, term.closes_on)
        if opens <= closes:
            yield Window(opens, closes, "school_year", period.code)


def _school_years(match: re.Match[str]) -> Iterator[Window]:
    for period in _periods("school_year") if match[1] is None else (parse_period(match[1]),):
        yield _whole(period, "school_year")


def _weekly(match: re.Match[str]) -> Iterator[Window]:
    if match[1] not in WEEKDAYS:
        raise ValueError(f"{match[1]!r} is not a day: {', '.join(WEEKDAYS)}")
    start = date(FIRST_SCHOOL_YEAR, 7, 1)
    day = start + timedelta(days=(WEEKDAYS.index(match[1]) - start.weekday()) % 7)
    while day <= date(LAST_SCHOOL_YEAR + 1, 8, 31):
        yield _days(day, day, "weekly")
        day += timedelta(days=7)


def _scheduled(measure: CalendarMeasure, schedule: Schedule) -> Iterator[Window]:
    for period in _periods("school_year"):
        opens, closes = schedule.get((measure.measure_code, period.code), (period.starts_on, period.ends_on))
        yield Window(opens, closes, "schedule", period.code)


def _constant(measure: CalendarMeasure) -> Iterator[Window]:
    if MONTHLY_EXECUTORS & set(measure.executors):
        for period in _periods("month"):
            yield _whole(period, "monthly")
    else:
        for period in _periods("quarter"):
            yield _whole(period, "quarterly")


_GRAMMAR: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Iterator[Window]]], ...] = (
    (_ONCE, _once),
    (_ANNUAL, _annual),
    (_QUARTERS, _quarters),
    (_RANGE, _range),
    (_SCHOOL_YEAR, _school_years),
    (_WEEKLY, _weekly),
)


def _whole(period: Period, rhythm: Rhythm) -> Window:
    return Window(period.starts_on, period.ends_on, rhythm, period.code)


def _days(opens: date, closes: date, rhythm: Rhythm) -> Window:
    if closes < opens:
        raise ValueError("it ends before it begins")
    holding = (p for p in _periods_of(opens) if p.starts_on <= opens and closes <= p.ends_on)
    return Window(opens, closes, rhythm, next((period.code for period in holding), None))


def _periods(period_type: Literal["school_year", "quarter", "month"]) -> Iterator[Period]:
    return periods_between(period_type, date(FIRST_SCHOOL_YEAR, 7, 1), date(LAST_SCHOOL_YEAR + 1, 8, 31))


def _periods_of(day: date) -> tuple[Period, ...]:
    """The periods that hold a day, the shortest first."""
    return (
        month(day.year, day.month),
        quarter(day.year, (day.month + 2) // 3),
        half_year(day.year, 1 if day.month <= 6 else 2),
        school_year(day.year if day.month >= 9 else day.year - 1),
    )
