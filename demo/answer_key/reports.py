"""What an organisation said in a school year, and why it said nothing, straight from the files that count."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import pandas as pd

from demo.files import WrittenFile
from demo.organisations import Organisation
from demo.periods import periods_of_form, school_year
from demo.values import FormValues, Row

Reason = str | None


def number(row: Row, name: str) -> int:
    """A whole number of a row."""
    return int(str(row[name]))


def total(rows: Iterable[Row], *names: str) -> int:
    """The sum of some fields over rows."""
    return sum(number(row, name) for row in rows for name in names)


class Reports:
    """Counting files by organisation, form and school year, and the reasons for those that there are not."""

    def __init__(self, obligations: pd.DataFrame, counting: Iterable[WrittenFile]) -> None:
        self._said: dict[tuple[str, str, str], list[tuple[str, FormValues]]] = defaultdict(list)
        for file in counting:
            key = (file.org.ogrn, file.term.form_code, file.term.school_year)
            self._said[key].append((file.term.period_code, file.values))
        for said in self._said.values():
            said.sort(key=lambda pair: pair[0])
        self._states: dict[tuple[str, str, str], dict[str, str]] = defaultdict(dict)
        columns = ("ogrn", "form_code", "school_year", "period_code", "status")
        for ogrn, form, year, period, status in zip(*(obligations[name] for name in columns), strict=True):
            self._states[ogrn, form, year][period] = status

    def all(self, org: Organisation, form_code: str, year: str) -> list[FormValues]:
        """Every report of the school year that counts, in the order of time."""
        return [values for _, values in self._said.get((org.ogrn, form_code, year), [])]

    def last(self, org: Organisation, form_code: str, year: str) -> FormValues | None:
        """The last report of the school year that counts."""
        said = self.all(org, form_code, year)
        return said[-1] if said else None

    def of_period(self, org: Organisation, form_code: str, period_code: str) -> FormValues | None:
        """The report for one period."""
        said = self._said.get((org.ogrn, form_code, school_year(period_code)), [])
        return dict(said).get(period_code)

    def why_not(self, org: Organisation, form_code: str, year: str) -> Reason:
        """None if any report of the year counts; else refused, not sent, not due yet or not asked for."""
        if self._said.get((org.ogrn, form_code, year)):
            return None
        states = set(self._states.get((org.ogrn, form_code, year), {}).values())
        if not states:
            asked = any(school_year(period) >= year for period in periods_of_form(form_code))
            return "not_applicable" if asked else "not_due"
        return next(reason for reason in ("rejected", "not_submitted", "not_due") if reason in states)

    def why_not_in(self, org: Organisation, form_code: str, period_code: str) -> Reason:
        """The same of one period."""
        if self.of_period(org, form_code, period_code) is not None:
            return None
        year = school_year(period_code)
        state = self._states.get((org.ogrn, form_code, year), {}).get(period_code)
        if state in ("rejected", "not_submitted"):
            return state
        return "not_applicable" if self.why_not(org, form_code, year) == "not_applicable" else "not_due"


def first(*reasons: Reason) -> Reason:
    """Why a figure of several reports is not told: what is not owed, or not yet, excuses from the whole."""
    excused = (excuse for excuse in ("not_applicable", "not_due") if excuse in reasons)
    return next((reason for reason in (*excused, *reasons) if reason is not None), None)


def rows_but(values: FormValues, section: str, left_out: str = "total") -> list[Row]:
    """Rows of a section without the one that repeats the others."""
    rows: list[Any] = values.rows(section)
    return [row for row in rows if row.get("row_code") != left_out]
