"""Reporting periods: school years, half-years, quarters and months, their bounds and Russian titles.

A period is written as people write it in the forms: ``2025-2026``, ``2025-H2``, ``2025-Q4``, ``2025-09``.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

PeriodType = Literal["school_year", "half_year", "quarter", "month"]

SCHOOL_YEAR_FIRST_MONTH = 9
# A shorter period belongs to one school year: the summer before 1 September counts to the coming one.
REPORTING_YEAR_FIRST_MONTH = 7

_SCHOOL_YEAR = re.compile(r"(20\d{2})-(20\d{2})", re.ASCII)
_HALF_YEAR = re.compile(r"(20\d{2})-H([12])", re.ASCII)
_QUARTER = re.compile(r"(20\d{2})-Q([1-4])", re.ASCII)
_MONTH = re.compile(r"(20\d{2})-(0[1-9]|1[0-2])", re.ASCII)
_ROMAN = ("I", "II", "III", "IV")
_MONTHS = (
    "январь",
    "февраль",
    "март",
    "апрель",
    "май",
    "июнь",
    "июль",
    "август",
    "сентябрь",
    "октябрь",
    "ноябрь",
    "декабрь",
)


class UnknownPeriodError(ValueError):
    """The text is not a school year, a half-year, a quarter or a month."""


@dataclass(frozen=True, order=True)
class Period:
    """One reporting period with its first and last day, both inclusive."""

    starts_on: date
    ends_on: date
    code: str
    period_type: PeriodType

    @property
    def school_year(self) -> str:
        """The school year that the period counts to: July to December begin one, January to June end one."""
        if self.period_type == "school_year":
            return self.code
        return school_year_of(self.starts_on)

    @property
    def title_ru(self) -> str:
        """As it is printed: «2025/26 учебный год», «II полугодие 2025 года», «сентябрь 2025 года»."""
        year = self.starts_on.year
        if self.period_type == "school_year":
            return f"{year}/{(year + 1) % 100:02d} учебный год"
        if self.period_type == "half_year":
            return f"{_ROMAN[self.starts_on.month // 6]} полугодие {year} года"
        if self.period_type == "quarter":
            return f"{_ROMAN[(self.starts_on.month - 1) // 3]} квартал {year} года"
        return f"{_MONTHS[self.starts_on.month - 1]} {year} года"


def school_year(first_year: int) -> Period:
    """The school year from 1 September of ``first_year`` to 31 August of the next."""
    return Period(
        date(first_year, SCHOOL_YEAR_FIRST_MONTH, 1),
        date(first_year + 1, SCHOOL_YEAR_FIRST_MONTH - 1, 31),
        f"{first_year:04d}-{first_year + 1:04d}",
        "school_year",
    )


def half_year(year: int, number: int) -> Period:
    """Half 1 or 2 of a calendar year: January to June, July to December."""
    last_month = number * 6
    return Period(
        date(year, last_month - 5, 1), _month_end(year, last_month), f"{year:04d}-H{number}", "half_year"
    )


def quarter(year: int, number: int) -> Period:
    """Calendar quarter 1..4 of a year."""
    last_month = number * 3
    return Period(
        date(year, last_month - 2, 1), _month_end(year, last_month), f"{year:04d}-Q{number}", "quarter"
    )


def month(year: int, number: int) -> Period:
    """Calendar month 1..12 of a year."""
    return Period(date(year, number, 1), _month_end(year, number), f"{year:04d}-{number:02d}", "month")


def parse_period(code: str) -> Period:
    """The period of a code. Raises UnknownPeriodError for anything but the four spellings."""
    if match := _SCHOOL_YEAR.fullmatch(code):
        first, second = int(match[1]), int(match[2])
        if second != first + 1:
            raise UnknownPeriodError(f"{code!r}: a school year ends in the year after it began")
        return school_year(first)
    if match := _HALF_YEAR.fullmatch(code):
        return half_year(int(match[1]), int(match[2]))
    if match := _QUARTER.fullmatch(code):
        return quarter(int(match[1]), int(match[2]))
    if match := _MONTH.fullmatch(code):
        return month(int(match[1]), int(match[2]))
    raise UnknownPeriodError(f"{code!r} is not a period: write 2025-2026, 2025-H2, 2025-Q4 or 2025-09")


def covered(period: Period) -> tuple[str, ...]:
    """Codes of all periods that are part of one, itself first: a school year's are those that count to it."""
    first = period.starts_on.year
    candidates = [
        part
        for year in (first, first + 1)
        for part in (
            *(half_year(year, number) for number in (1, 2)),
            *(quarter(year, number) for number in range(1, 5)),
            *(month(year, number) for number in range(1, 13)),
        )
    ]
    if period.period_type == "school_year":
        parts = [part for part in candidates if part.school_year == period.code]
    else:
        parts = [p for p in candidates if period.starts_on <= p.starts_on and p.ends_on <= period.ends_on]
    return (period.code, *(part.code for part in parts if part.code != period.code))


def school_year_of(day: date) -> str:
    """Code of the school year that a day counts to."""
    first = day.year if day.month >= REPORTING_YEAR_FIRST_MONTH else day.year - 1
    return f"{first:04d}-{first + 1:04d}"


def periods_between(period_type: PeriodType, first: date, last: date) -> Iterator[Period]:
    """Periods of a type that begin in ``first..last``, in order of time."""
    for year in range(first.year, last.year + 1):
        if period_type == "school_year":
            candidates = [school_year(year)]
        elif period_type == "half_year":
            candidates = [half_year(year, number) for number in (1, 2)]
        elif period_type == "quarter":
            candidates = [quarter(year, number) for number in range(1, 5)]
        else:
            candidates = [month(year, number) for number in range(1, 13)]
        yield from (period for period in candidates if first <= period.starts_on <= last)


def _month_end(year: int, number: int) -> date:
    return date(year, number, calendar.monthrange(year, number)[1])
