"""From measured numerators and denominators to rows of the key: units, municipalities and regions."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import pandas as pd

from demo.answer_key.aggregates import REASON_ORDER
from demo.answer_key.exact import VALUE_DECIMALS, rounded
from demo.answer_key.indicators import value_or_reason, was_there
from demo.answer_key.reports import Reports
from demo.answer_key.territories import Territories
from demo.answer_key.unit_measures import Measured, college_measures, school_measures
from demo.history import described_on
from demo.organisations import Organisation
from demo.periods import SCHOOL_YEARS, span

# Of an event both the school and who held it tell, of parents the school and the centre: schools are summed.
ONLY_OF_SCHOOLS = ("3.6", "6.5")
# Centres and colleges serve more than their municipality: their own indicators have no municipal sums.
WITHOUT_MUNICIPALITIES = ("Z", "P")


def measure(reports: Reports, orgs: Iterable[Organisation], territories: Territories) -> list[Measured]:
    """Everything that a batch of organisations decides by itself; centres' territories are filled in."""
    measured: list[Measured] = []
    for listed in orgs:
        for year in SCHOOL_YEARS:
            if not was_there(listed, year):
                continue
            # Counted where it stood when the school year ended.
            org = described_on(listed, span(year)[1])
            match org.kind:
                case "school":
                    territories.add_school(reports, org, year)
                    measured += school_measures(reports, org, year)
                case "employment_center":
                    measured += territories.add_center(reports, org, year)
                case "spo_college":
                    measured += college_measures(reports, org, year)
    return measured


@dataclass
class _Sum:
    numerator: Fraction = Fraction(0)
    denominator: Fraction = Fraction(0)
    is_known: bool = False
    reasons: set[str] = field(default_factory=set)


class Sums:
    """Numerators and denominators added up by indicator, municipality or region, and school year."""

    def __init__(self) -> None:
        self._sums: dict[tuple[str, str, str, str, str], _Sum] = {}

    def add(self, measured: Iterable[Measured]) -> None:
        """Add units to the sums that they belong to."""
        for one in measured:
            if one.code in ONLY_OF_SCHOOLS and one.org.kind != "school":
                continue
            region = one.org.region_code
            self._add(one, (one.code, region, "region", region, one.school_year))
            if not one.code.startswith(WITHOUT_MUNICIPALITIES):
                self._add(one, (one.code, region, "municipality", one.org.oktmo, one.school_year))

    def _add(self, one: Measured, key: tuple[str, str, str, str, str]) -> None:
        held = self._sums.setdefault(key, _Sum())
        if one.reason is not None:
            held.reasons.add(one.reason)
        else:
            held.is_known = True
            held.numerator += Fraction(one.numerator or 0)
            held.denominator += Fraction(one.denominator or 0)

    def rows(self) -> pd.DataFrame:
        """Rows for municipalities and regions; where nobody has numbers, the reason to act upon first."""
        told = []
        for key, held in sorted(self._sums.items()):
            reason = None if held.is_known else next(r for r in REASON_ORDER if r in held.reasons)
            told.append(_row(key, held.numerator, held.denominator, reason))
        return pd.DataFrame(told)


def unit_rows(measured: Iterable[Measured]) -> pd.DataFrame:
    """Rows of the key for the organisations themselves."""
    return pd.DataFrame(
        [
            _row(
                (one.code, one.org.region_code, one.org.kind, one.org.ogrn, one.school_year),
                Fraction(one.numerator or 0),
                Fraction(one.denominator or 0),
                one.reason,
            )
            for one in measured
        ]
    )


def _row(
    key: tuple[str, str, str, str, str], numerator: Fraction, denominator: Fraction, reason: str | None
) -> dict[str, Any]:
    code, region, unit_type, unit, year = key
    is_known = reason is None
    value, told_reason = value_or_reason(code, numerator, denominator, reason)
    return {
        "indicator_code": code,
        "region_code": region,
        "unit_type": unit_type,
        "unit_code": unit,
        "school_year": year,
        "numerator": rounded(numerator, VALUE_DECIMALS) if is_known else None,
        "denominator": rounded(denominator, VALUE_DECIMALS) if is_known else None,
        "value": value,
        "missing_reason": told_reason,
    }
