"""When the road maps plan a measure, counted here from the terms in ``demo/data/road_maps.csv``.

A term is `2021-01..2025-12`, from the first day of a month to the last of another, divided by school years;
or `08 of 2021..2025`, a month of each of these years; or nothing, where the road map had ended before the
demo's school years.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from demo.periods import period_type, school_year_of_month, span


@dataclass(frozen=True)
class Days:
    """Days of a measure, both inclusive, and the school year that they count to."""

    first: date
    last: date
    school_year: str


@cache
def planned_days(term: str) -> tuple[Days, ...]:
    """The days of a term. Raises ValueError for a term in neither notation."""
    if not term:
        return ()
    first, dots, last = term.partition("..")
    if not dots:
        raise ValueError(f"road_maps.csv: {term!r} is no term: write 2021-01..2025-12 or 08 of 2021..2025")
    if " of " in first:
        month, _, year = first.partition(" of ")
        months = [(each, int(month)) for each in range(int(year), int(last) + 1)]
        return tuple(
            Days(date(*one, 1), date(*one, monthrange(*one)[1]), school_year_of_month(*one)) for one in months
        )
    begins, ends = date.fromisoformat(f"{first}-01"), date.fromisoformat(f"{last}-01")
    ends = ends.replace(day=monthrange(ends.year, ends.month)[1])
    years = [f"{year}-{year + 1}" for year in range(begins.year - 1, ends.year + 1)]
    return tuple(
        Days(max(begins, span(year)[0]), min(ends, span(year)[1]), year)
        for year in years
        if begins <= span(year)[1] and span(year)[0] <= ends
    )


def days_in(term: str, period_code: str) -> list[Days]:
    """What a term plans for a period: of a school year what counts to it, of others the days they share."""
    if period_type(period_code) == "school_year":
        return [days for days in planned_days(term) if days.school_year == period_code]
    first, last = span(period_code)
    return [
        Days(max(days.first, first), min(days.last, last), days.school_year)
        for days in planned_days(term)
        if days.first <= last and first <= days.last
    ]


def is_planned_on(term: str, day: date) -> bool:
    """Whether a day is one of the term's."""
    return any(days.first <= day <= days.last for days in planned_days(term))


def count_days(parts: Iterable[Days]) -> int:
    """Different days in all parts together."""
    lengths = [(days.first, (days.last - days.first).days + 1) for days in parts]
    return len({first + timedelta(n) for first, length in lengths for n in range(length)})
