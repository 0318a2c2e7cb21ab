"""Reporting periods of the demo and their due dates, counted here by hand of the cyclogram's text.

The project's own calendar is not asked: the answer key must be able to contradict it.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

SCHOOL_YEARS = ("2024-2025", "2025-2026")
QUARTERS = tuple(
    f"{y}-Q{q}"
    for y, q in ((2024, 3), (2024, 4), (2025, 1), (2025, 2), (2025, 3), (2025, 4), (2026, 1), (2026, 2))
)
CENTER_MONTHS = tuple(
    f"{y}-{m:02d}" for y in (2024, 2025, 2026) for m in range(1, 13) if (2024, 9) <= (y, m) <= (2026, 6)
)
COLLEGE_MONTHS = tuple(month for month in CENTER_MONTHS if month[5:] not in ("07", "08"))
FORMS_OF_KIND = {"school": ("S1", "S3", "S5"), "employment_center": ("C1",), "spo_college": ("P2",)}
PERIODS_OF_FORM = {
    "S1": SCHOOL_YEARS,
    "S3": QUARTERS,
    "S5": SCHOOL_YEARS,
    "C1": CENTER_MONTHS,
    "P2": COLLEGE_MONTHS,
}
GRACE_DAYS = 3
CLOSES_AFTER_DAYS = 45


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


def school_year_of_month(year: int, month: int) -> str:
    """July to December belong to the school year that begins in that year."""
    return f"{year}-{year + 1}" if month >= 7 else f"{year - 1}-{year}"


def span(period_code: str) -> tuple[date, date]:
    """First and last day of a school year, quarter or month."""
    if "Q" in period_code:
        year, quarter = int(period_code[:4]), int(period_code[6])
        first, last = 3 * quarter - 2, 3 * quarter
        return date(year, first, 1), date(year, last, monthrange(year, last)[1])
    if len(period_code) == 9:
        return date(int(period_code[:4]), 9, 1), date(int(period_code[5:]), 8, 31)
    year, month = int(period_code[:4]), int(period_code[5:])
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def school_year(period_code: str) -> str:
    """School year a period belongs to."""
    if len(period_code) == 9:
        return period_code
    first, _ = span(period_code)
    return school_year_of_month(first.year, first.month)


@cache
def _fifth_working_day() -> dict[str, date]:
    import csv

    from demo.facts import facts_path

    with facts_path("working_days.csv").open(encoding="utf-8") as file:
        return {
            row["month"]: date.fromisoformat(row["fifth_working_day_after"]) for row in csv.DictReader(file)
        }


@cache
def term(form_code: str, period_code: str) -> Term:
    """S1 15 October, S5 15 May, S3 10 days after the quarter, C1 and P2 5 working days after the month."""
    first, last = span(period_code)
    opens = last + timedelta(days=1)
    match form_code:
        case "S1":
            opens, due = date(first.year, 9, 20), date(first.year, 10, 15)
        case "S5":
            opens, due = date(last.year, 4, 1), date(last.year, 5, 15)
        case "S3":
            due = last + timedelta(days=10)
        case "C1" | "P2":
            due = _fifth_working_day()[period_code]
        case _:
            raise ValueError(f"no due date is known for form {form_code}")
    return Term(form_code, period_code, school_year(period_code), opens, due)


def terms(kind: str) -> tuple[Term, ...]:
    """Everything one organisation of a kind owes over the demo's two school years."""
    return tuple(term(form, period) for form in FORMS_OF_KIND[kind] for period in PERIODS_OF_FORM[form])
