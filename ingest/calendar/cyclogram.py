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
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingest.calendar.rhythm import FormRhythm
from ingest.forms.catalogue import all_contracts, load_contracts
from ingest.periods import Period, UnknownPeriodError, parse_period, periods_between
from ingest.sources.regions import Extension, load_regions, region
from warehouse.yaml_files import read_yaml

CYCLOGRAM = Path(__file__).with_name("cyclogram.yaml")


class CyclogramError(ValueError):
    """The cyclogram does not fit its schema or the contracts; the message names the form and the key."""


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
    """The cyclogram, checked against the contracts, with the windows that these bring. Raises CyclogramError.

    A form that stands in the file has its rhythm from there: an operator moves a day without a new contract.
    """
    written = _as_written()
    brought = {code: form.window for code, form in load_contracts().items() if form.window is not None}
    forms = brought | written.forms
    codes = {contract.code for contract in all_contracts()}
    if codes != set(forms):
        differing = ", ".join(sorted(codes ^ set(forms)))
        raise CyclogramError(
            f"{CYCLOGRAM}: every form with a contract needs its rhythm, here or as the contract's key "
            f"«window», and no others: {differing}"
        )
    return written.model_copy(update={"forms": forms})


def rhythm(form_code: str) -> FormRhythm | None:
    """The form's rhythm as written; None for a form that is being added and has none yet."""
    contract = load_contracts().get(form_code)
    return _as_written().forms.get(form_code) or (contract.window if contract else None)


@lru_cache(maxsize=1)
def _as_written() -> Cyclogram:
    try:
        return Cyclogram.model_validate(read_yaml(CYCLOGRAM))
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
