"""Problem zones: what rules alone can say about where help is needed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from publish.mart_rows import Indicator, IndicatorValue, Municipality
from publish.reference.facts import ReferenceFacts
from publish.reference.texts import ReferenceRules


@dataclass(frozen=True)
class ProblemZone:
    """What the rules found about one municipality: indicator codes by rule, organisations that owe."""

    municipality: Municipality
    below_target: tuple[str, ...]
    worst_quarter: tuple[str, ...]
    fallen: tuple[str, ...]
    silent: int

    @property
    def weight(self) -> int:
        """How many times a rule fired: the order of the table."""
        return len(self.below_target) + len(self.worst_quarter) + len(self.fallen) + self.silent


def region_below_target(facts: ReferenceFacts, rules: ReferenceRules) -> tuple[str, ...]:
    """Codes of the indicators whose value for the whole region falls short of the target."""
    found = []
    for indicator in facts.indicators:
        value = facts.region_value(indicator.code, facts.school_year)
        target = rules.targets.get(indicator.code)
        if target is None or value is None or value.value is None:
            continue
        if not indicator.reaches(value.value, target):
            found.append(indicator.code)
    return tuple(found)


def worst_quarter(
    values: list[IndicatorValue], rules: ReferenceRules, indicator: Indicator | None = None
) -> frozenset[str]:
    """Unit codes in the worse quarter by value; units that tie across its border are left out.

    Nothing is named among too few units: a quarter of three would be a single one.
    """
    merits = (
        (v.value if indicator is None else indicator.merit(v.value), v.unit_code)
        for v in values
        if v.value is not None
    )
    known = sorted(merits)
    if len(known) < rules.worst_least_units:
        return frozenset()
    size = int(Decimal(len(known)) * rules.worst_share)
    border = known[size][0]
    return frozenset(code for merit, code in known[:size] if merit < border)


def problem_zones(facts: ReferenceFacts, rules: ReferenceRules) -> tuple[ProblemZone, ...]:
    """Municipalities where at least one rule fired, those with the most first, then by name."""
    worst = {
        indicator.code: worst_quarter(
            facts.municipal_values(indicator.code, facts.school_year), rules, indicator
        )
        for indicator in facts.indicators
    }
    zones = []
    for municipality in facts.municipalities:
        below, fallen = [], []
        for indicator in facts.indicators:
            value = facts.value(indicator.code, "municipality", municipality.code, facts.school_year)
            target = rules.targets.get(indicator.code)
            if value is None or value.value is None:
                continue
            if target is not None and not indicator.reaches(value.value, target):
                below.append(indicator.code)
            change = facts.change(indicator.code, "municipality", municipality.code)
            if indicator.is_percent and change is not None and indicator.merit(change) < -rules.fall_points:
                fallen.append(indicator.code)
        zones.append(
            ProblemZone(
                municipality=municipality,
                below_target=tuple(below),
                worst_quarter=tuple(i.code for i in facts.indicators if municipality.code in worst[i.code]),
                fallen=tuple(fallen),
                silent=sum(1 for o in facts.silent if o.municipality_code == municipality.code),
            )
        )
    found = (zone for zone in zones if zone.weight > 0)
    return tuple(
        sorted(found, key=lambda zone: (-zone.weight, zone.municipality.name, zone.municipality.code))
    )
