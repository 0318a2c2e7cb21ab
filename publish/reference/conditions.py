"""Conditions that the reference counts the region's indicators by."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import psycopg

from publish import mart_queries as marts
from publish.mart_rows import Indicator, IndicatorValue
from publish.numbers import previous_school_year
from publish.reference.texts import rules
from warehouse import clock

REACHED, MISSED, GROWN, FALLEN = "value >= target", "target missed", "value > previous", "value < previous"
# Of a target whether there is a value or not: that it is set, and that nothing can be compared with it.
AIMED, UNKNOWN = "target is set, with or without a value", "target is set, no value"
# References before this one counted the targets with values: their figures are still traced.
COMPARED = "target is set"
# What became of an indicator that missed its target a year before.
THEN_REACHED, THEN_BETTER, THEN_WORSE = "missed, then reached", "missed, then better", "missed, then worse"

# Of a municipality: that the reference recommends it to work on an indicator.
RECOMMENDED = "recommended"

# Of an indicator: this year's value, last year's, and its target.
Condition = Callable[[Indicator, Decimal, Decimal | None, Decimal | None], bool]
CONDITIONS: dict[str, Condition] = {
    REACHED: lambda indicator, now, _, target: target is not None and indicator.reaches(now, target),
    MISSED: lambda indicator, now, _, target: target is not None and not indicator.reaches(now, target),
    COMPARED: lambda _, __, ___, target: target is not None,
    GROWN: lambda _, now, before, __: before is not None and now > before,
    FALLEN: lambda _, now, before, __: before is not None and now < before,
    THEN_REACHED: lambda *seen: _missed(*seen) and CONDITIONS[REACHED](*seen),
    THEN_BETTER: lambda *seen: _missed(*seen) and not CONDITIONS[REACHED](*seen) and _gain(*seen) > 0,
    THEN_WORSE: lambda *seen: _missed(*seen) and not CONDITIONS[REACHED](*seen) and _gain(*seen) < 0,
}


def _missed(indicator: Indicator, _: Decimal, before: Decimal | None, target: Decimal | None) -> bool:
    return before is not None and target is not None and not indicator.reaches(before, target)


def _gain(indicator: Indicator, now: Decimal, before: Decimal | None, _: Decimal | None) -> Decimal:
    return indicator.merit(now - (now if before is None else before))


def meeting(
    condition: str,
    indicators: Iterable[Indicator],
    values: Iterable[IndicatorValue],
    school_year: str,
) -> list[str]:
    """Codes of the indicators whose value for the region meets a condition, in their order.

    `values` are the region's, of the school year and of the one before.
    """
    known = {(v.indicator_code, v.school_year): v.value for v in values if v.unit_type == "region"}
    before = previous_school_year(school_year)
    found = []
    for indicator in indicators:
        now = known.get((indicator.code, school_year))
        target = rules().targets.get(indicator.code)
        if condition in {AIMED, UNKNOWN}:
            if target is not None and (condition == AIMED or now is None):
                found.append(indicator.code)
            continue
        if now is None:
            continue
        if CONDITIONS[condition](indicator, now, known.get((indicator.code, before)), target):
            found.append(indicator.code)
    return found


def codes_meeting(
    connection: psycopg.Connection[Any], condition: str, region: str, school_year: str
) -> list[str]:
    """The same, read from the marts."""
    years = [previous_school_year(school_year), school_year]
    values = marts.indicator_values(connection, region, years, ["region"])
    return meeting(condition, marts.indicators(connection), values, school_year)


def units_recommended(
    connection: psycopg.Connection[Any], indicator_code: str, region: str, school_year: str
) -> list[str]:
    """Codes of the municipalities that are recommended to work on an indicator, read from the marts."""
    from publish.reference.facts import read_facts
    from publish.reference.recommendations import recommended
    from publish.reference.texts import region_texts

    # The moment is not asked: the marts hold one.
    facts = read_facts(connection, region, school_year, clock.now(), region_texts(region).basis_measure)
    return [
        one.zone.municipality.code
        for one in recommended(facts, rules())
        if one.indicator.code == indicator_code
    ]
