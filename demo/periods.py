"""Reporting periods of the demo and their due dates, counted here by hand of the cyclogram's text.

The project's own calendar is not asked: the answer key must be able to contradict it. Which form is owed by
whom, from which period on and when it is due stands in `demo/data/terms.csv`.
"""

import csv
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from demo.facts import facts_path

TODAY = date(2026, 7, 20)
SCHOOL_YEARS = ("2024-2025", "2025-2026")
GRACE_DAYS = 3
CLOSES_AFTER_DAYS = 45


def is_over(day: date) -> bool:
    """Whether a day has passed by the demo's today."""
    return day < TODAY


@dataclass(frozen=True)
class Term:
    """When one form for one period may and must be handed in."""

    form_code: str
    period_code: str
    school_year: str
    opens_on: date
    due_on: date

    @property
    def grace_until(self) -> date:
        """Last day on which a reminder has not yet been sent."""
        return self.due_on + timedelta(days=GRACE_DAYS)

    @property
    def closes_on(self) -> date:
        """Last day of the window."""
        return self.due_on + timedelta(days=CLOSES_AFTER_DAYS)

    @property
    def is_due(self) -> bool:
        """Whether the due day is over: on the day itself a report is in time."""
        return is_over(self.due_on)


@dataclass(frozen=True)
class Rhythm:
    """A line of `terms.csv`.

    `only`: the second parts of the codes of the periods that are reported, none for all. `opens` and `due`:
    `10-15` a date on or after the period's first month, `+10` days after its end, `w5` working days after it.
    """

    form_code: str
    kind: str
    regions: tuple[str, ...]
    first_period: str
    only: tuple[str, ...]
    opens: str
    due: str

    def periods(self) -> Iterator[str]:
        """Codes of the reported periods whose window has opened by today, in the order of time."""
        code = self.first_period
        while span(code)[0] <= TODAY:
            is_reported = not self.only or code[5:] in self.only
            if is_reported and _moment(self.opens, code) <= TODAY:
                yield code
            code = following(code)

    def term(self, period_code: str) -> Term:
        """The term of a period."""
        opens, due = _moment(self.opens, period_code), _moment(self.due, period_code)
        return Term(self.form_code, period_code, school_year(period_code), opens, due)


def school_year_of_month(year: int, month: int) -> str:
    """July to December belong to the school year that begins in that year."""
    return f"{year}-{year + 1}" if month >= 7 else f"{year - 1}-{year}"


def period_type(period_code: str) -> str:
    """What kind of period a code names: 2025-2026, 2025-H2, 2025-Q4 or 2025-09."""
    return {"H": "half_year", "Q": "quarter"}.get(
        period_code[5], "school_year" if len(period_code) == 9 else "month"
    )


def span(period_code: str) -> tuple[date, date]:
    """First and last day of a period."""
    year = int(period_code[:4])
    match period_type(period_code):
        case "school_year":
            return date(year, 9, 1), date(year + 1, 8, 31)
        case "half_year":
            last, length = 6 * int(period_code[6]), 6
        case "quarter":
            last, length = 3 * int(period_code[6]), 3
        case _:
            last, length = int(period_code[5:]), 1
    return date(year, last - length + 1, 1), date(year, last, monthrange(year, last)[1])


def following(period_code: str) -> str:
    """The next period of the same kind."""
    year = int(period_code[:4])
    match period_type(period_code):
        case "school_year":
            return f"{year + 1}-{year + 2}"
        case "half_year":
            return f"{year}-H2" if period_code[6] == "1" else f"{year + 1}-H1"
        case "quarter":
            number = int(period_code[6])
            return f"{year}-Q{number + 1}" if number < 4 else f"{year + 1}-Q1"
        case _:
            month = int(period_code[5:])
            return f"{year}-{month + 1:02d}" if month < 12 else f"{year + 1}-01"


def quarter_of(month: str) -> str:
    """Quarter that a month lies in: 2025-10 is in 2025-Q4."""
    return f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"


def school_year(period_code: str) -> str:
    """School year a period belongs to."""
    if period_type(period_code) == "school_year":
        return period_code
    first, _ = span(period_code)
    return school_year_of_month(first.year, first.month)


def _moment(written: str, period_code: str) -> date:
    first, last = span(period_code)
    if written.startswith("+"):
        return last + timedelta(days=int(written[1:]))
    if written.startswith("w"):
        if written != "w5":
            raise ValueError(f"{written}: working_days.csv knows fifth working days only")
        return _fifth_working_day()[f"{last:%Y-%m}"]
    month, day = int(written[:2]), int(written[3:])
    return date(first.year + (month < first.month), month, day)


@cache
def _fifth_working_day() -> dict[str, date]:
    with facts_path("working_days.csv").open(encoding="utf-8") as file:
        return {
            row["month"]: date.fromisoformat(row["fifth_working_day_after"]) for row in csv.DictReader(file)
        }


@cache
def rhythms() -> tuple[Rhythm, ...]:
    """All lines of `terms.csv`; a form may have several, for different periods."""
    with facts_path("terms.csv").open(encoding="utf-8") as file:
        return tuple(
            Rhythm(
                row["form_code"],
                row["kind"],
                tuple(row["regions"].split()),
                row["first_period"],
                tuple(row["only"].split()),
                row["opens"],
                row["due"],
            )
            for row in csv.DictReader(file)
        )


@cache
def forms_of_kind(kind: str) -> tuple[str, ...]:
    """Forms that organisations of a kind send, in the order of the table."""
    return tuple(dict.fromkeys(rhythm.form_code for rhythm in rhythms() if rhythm.kind == kind))


@cache
def periods_of_form(form_code: str) -> tuple[str, ...]:
    """Periods of a form whose window has opened by today, in the order of time."""
    opened = {p for rhythm in rhythms() if rhythm.form_code == form_code for p in rhythm.periods()}
    return tuple(sorted(opened, key=span))


@cache
def term(form_code: str, period_code: str) -> Term:
    """The term of a form and period."""
    for rhythm in rhythms():
        if rhythm.form_code == form_code and (not rhythm.only or period_code[5:] in rhythm.only):
            return rhythm.term(period_code)
    raise ValueError(f"no due date is known for form {form_code} and period {period_code}")


@cache
def terms(kind: str, region_code: str) -> tuple[Term, ...]:
    """Everything one organisation of a kind owes whose window has opened by the demo's today."""
    reported = {r.form_code for r in rhythms() if r.kind == kind and region_code in r.regions}
    return tuple(
        term(form, period)
        for form in forms_of_kind(kind)
        if form in reported
        for period in periods_of_form(form)
    )
