"""Deadlines of every form and period, computed from ``cyclogram.yaml``, the contracts and the region's
calendar.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ingest.calendar.working_days import add_working_days
from ingest.forms.catalogue import all_contracts
from ingest.periods import Period, UnknownPeriodError, parse_period, periods_between
from ingest.sources.regions import Extension, load_regions, region

CYCLOGRAM = Path(__file__).with_name("cyclogram.yaml")


class CyclogramError(ValueError):
    """The cyclogram does not fit its schema or the contracts; the message names the form and the key."""


class Moment(BaseModel):
    """A day relative to a period; exactly one of the three ways to say it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    month: Annotated[int, Field(ge=1, le=12)] | None = None
    day: Annotated[int, Field(ge=1, le=31)] | None = None
    days_after_period: Annotated[int, Field(ge=0)] | None = None
    working_days_after_period: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Moment:
        dated = self.month is not None and self.day is not None
        ways = [dated, self.days_after_period is not None, self.working_days_after_period is not None]
        if sum(ways) != 1 or (self.month is None) != (self.day is None):
            raise ValueError(
                "give month and day, or days_after_period, or working_days_after_period, and only one of them"
            )
        return self

    def of(self, period: Period, region_code: str | None) -> date:
        """The day for a period; working days are those of the region, or of the federal calendar without
        one.
        """
        if self.days_after_period is not None:
            return period.ends_on + timedelta(days=self.days_after_period)
        if self.working_days_after_period is not None:
            return add_working_days(period.ends_on, self.working_days_after_period, region_code)
        assert self.month is not None and self.day is not None
        # The first such day from the month in which the period begins: 15 January of a half-year that ended
        # in December is the next year's.
        year = period.starts_on.year + (self.month < period.starts_on.month)
        return date(year, self.month, self.day)


class Window(BaseModel):
    """When a window opens and when it is due."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    opens: Moment
    due: Moment


class FormRhythm(BaseModel):
    """When a form's window opens and when it is due: alike for all its periods, or ``windows`` by period.

    A window is named by the second part of its period's code: ``H1``, ``Q4``, ``09``. A form with windows
    is reported for the periods that have one, a monthly form with ``months`` for those months.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    opens: Moment | None = None
    due: Moment | None = None
    months: frozenset[Annotated[int, Field(ge=1, le=12)]] | None = None
    windows: dict[Annotated[str, Field(pattern=r"^(H[12]|Q[1-4]|0[1-9]|1[0-2])$")], Window] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> FormRhythm:
        alike = self.opens is not None and self.due is not None
        partly = self.opens is not None or self.due is not None or self.months is not None
        if (self.windows and partly) or (not self.windows and not alike):
            raise ValueError("give opens and due (and months), or windows by period, and not both")
        return self

    def window(self, period: Period) -> Window | None:
        """The window of a period; None when the form is not reported for it."""
        if self.windows is not None:
            return self.windows.get(period.code.partition("-")[2])
        if self.months and period.period_type == "month" and period.starts_on.month not in self.months:
            return None
        assert self.opens is not None and self.due is not None
        return Window(opens=self.opens, due=self.due)


class Cyclogram(BaseModel):
    """The cyclogram as written. Days of grace and of closing are calendar days after the deadline."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    grace_days: Annotated[int, Field(ge=0)]
    closes_days_after_due: Annotated[int, Field(ge=0)]
    forms: dict[str, FormRhythm]


@dataclass(frozen=True)
class Deadline:
    """The four days of one form and period; all inclusive, by the region's clock."""

    form_code: str
    kind: str
    period: Period
    opens_on: date
    due_on: date
    grace_until: date
    closes_on: date

    @property
    def reference_day(self) -> date:
        """An organisation that is in being on this day owes the form."""
        return min(self.opens_on, self.period.ends_on)

    def is_owed_by(self, valid_from: date, valid_to: date | None) -> bool:
        """Whether an organisation in being from ``valid_from`` to ``valid_to`` (None: still) owes it."""
        return valid_from <= self.reference_day and (valid_to is None or self.reference_day <= valid_to)


@lru_cache(maxsize=1)
def load_cyclogram() -> Cyclogram:
    """The cyclogram, checked against the contracts. Raises CyclogramError."""
    cyclogram = _as_written()
    codes = {contract.code for contract in all_contracts()}
    if codes != set(cyclogram.forms):
        differing = ", ".join(sorted(codes ^ set(cyclogram.forms)))
        raise CyclogramError(
            f"{CYCLOGRAM}: every form with a contract needs its rhythm, and no others: {differing}"
        )
    return cyclogram


def rhythm(form_code: str) -> FormRhythm | None:
    """The form's rhythm as written; None for a form that is being added and has none yet."""
    return _as_written().forms.get(form_code)


@lru_cache(maxsize=1)
def _as_written() -> Cyclogram:
    try:
        return Cyclogram.model_validate(yaml.safe_load(CYCLOGRAM.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError) as error:
        raise CyclogramError(f"{CYCLOGRAM}: {error}") from error


@lru_cache(maxsize=4096)
def deadline(
    form_code: str, period_code: str, region_code: str | None = None, ogrn: str | None = None
) -> Deadline | None:
    """The deadline of a form and period, None where that form has no such period.

    With a region its calendar and extensions count, with an OGRN also the extensions given to that
    organisation.
    """
    try:
        period = parse_period(period_code)
    except UnknownPeriodError:
        return None
    contract = next(
        (c for c in all_contracts() if c.code == form_code and c.in_force(period.starts_on)), None
    )
    if contract is None or period.period_type != contract.period_type:
        return None
    window = load_cyclogram().forms[form_code].window(period)
    if window is None:
        return None
    if region_code is not None and not region(region_code).expects(contract.submitter, form_code):
        return None
    due_on = window.due.of(period, region_code)
    for extension in extensions(region_code):
        if (extension.form, extension.period) == (form_code, period_code) and (
            not extension.organisations or ogrn in extension.organisations
        ):
            due_on = max(due_on, extension.due_on)
    return Deadline(
        form_code=form_code,
        kind=contract.submitter,
        period=period,
        opens_on=window.opens.of(period, region_code),
        due_on=due_on,
        grace_until=due_on + timedelta(days=load_cyclogram().grace_days),
        closes_on=due_on + timedelta(days=load_cyclogram().closes_days_after_due),
    )


def due_dates(
    first: date, last: date, form_code: str | None = None, region_code: str | None = None
) -> list[Deadline]:
    """Deadlines that fall on ``first..last``, in the order of time, then form and period."""
    return [item for item in _deadlines(first, last, form_code, region_code) if first <= item.due_on <= last]


def opened_by(until: date, region_code: str | None = None, form_code: str | None = None) -> list[Deadline]:
    """Deadlines of every window that has opened by a day, from the first period that a form is in force
    for.
    """
    return [item for item in _deadlines(date.min, until, form_code, region_code) if item.opens_on <= until]


def extensions(region_code: str | None) -> tuple[Extension, ...]:
    """The region's extensions; none without a region."""
    return region(region_code).calendar.extensions if region_code else ()


def check_extensions() -> None:
    """Raise CyclogramError for an extension of a form or period that is not reported in its region."""
    for region_code in load_regions():
        for extension in extensions(region_code):
            regular = deadline(extension.form, extension.period, region_code)
            if regular is None:
                raise CyclogramError(
                    f"region {region_code}: extension of {extension.form} {extension.period}: "
                    "no such form and period are reported there"
                )


def _deadlines(first: date, last: date, form_code: str | None, region_code: str | None) -> Iterator[Deadline]:
    found = []
    for contract in all_contracts():
        if form_code not in {None, contract.code}:
            continue
        # A period that begins before the contract is not its; a deadline is less than two years after the
        # start.
        earliest = max(contract.valid_from, _two_years_before(first))
        for period in periods_between(contract.period_type, earliest, last):
            item = deadline(contract.code, period.code, region_code)
            if item is not None and contract.in_force(period.starts_on):
                found.append(item)
    yield from sorted(found, key=lambda item: (item.due_on, item.form_code, item.period))


def _two_years_before(day: date) -> date:
    return date.min if day.year <= 2 else day - timedelta(days=731)
