"""Section 11 of the reference: what each municipality should do, and which of its organisations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from publish.blocks import Block, Column, Heading, Paragraph, Run, Table
from publish.mart_rows import Indicator
from publish.numbers import format_number
from publish.reference.cells import INDICATOR_MART, count_of, value_number
from publish.reference.conditions import RECOMMENDED
from publish.reference.facts import OwnValue, ReferenceFacts
from publish.reference.problems import ProblemZone, problem_zones
from publish.reference.texts import ReferenceRules, load, rules, sentence, words

Reason = Literal["ниже цели", "снижение", "нижняя четверть"]


@dataclass(frozen=True)
class Recommendation:
    """One indicator that a municipality should work on, why, and the organisations that lag."""

    zone: ProblemZone
    indicator: Indicator
    reason: Reason
    lagging: tuple[OwnValue, ...]
    has_values: bool


def recommendations(facts: ReferenceFacts) -> list[Block]:
    """A table by municipality in the order of names: the same rules as for the problem zones decide."""
    in_force = rules()
    blocks: list[Block] = [Heading(1, "11. Адресные рекомендации")]
    found = recommended(facts, in_force)
    if not found:
        return [*blocks, Paragraph(sentence("recommendations.none"))]
    said = sentence(
        "recommendations.1", limit=str(in_force.recommended), named=str(in_force.organisations_named)
    )
    return [*blocks, Paragraph(said), _what_to_do(facts, found), _for_whom(facts, found, in_force)]


def _what_to_do(facts: ReferenceFacts, found: list[Recommendation]) -> Table:
    """The recommendation of each indicator, once, in the order of the indicators."""
    texts = load("recommendations")
    indicators = sorted({one.indicator for one in found}, key=lambda indicator: indicator.sort_no)
    lines: tuple[tuple[Run, ...], ...] = tuple(
        (
            indicator.code,
            indicator.name,
            texts.get(indicator.code) or words("recommendations.general", name=indicator.name),
            count_of(
                sum(one.indicator == indicator for one in found),
                INDICATOR_MART,
                "unit_code",
                facts,
                indicator_code=indicator.code,
                rule=RECOMMENDED,
            ),
        )
        for indicator in indicators
    )
    columns = (
        Column("Код", 0.7),
        Column("Показатель", 3),
        Column("Рекомендация", 5),
        Column("Муниципа\u00adлитетов", 1.3, numeric=True),
    )
    return Table("Что рекомендуется", columns, lines)


def _for_whom(facts: ReferenceFacts, found: list[Recommendation], in_force: ReferenceRules) -> Table:
    """The indicators of each municipality and the organisations to begin with."""
    lines: list[tuple[Run, ...]] = []
    for one in found:
        target = in_force.targets.get(one.indicator.code)
        code = one.zone.municipality.code
        lines.append(
            (
                one.zone.municipality.name,
                one.indicator.code,
                value_number(facts, one.indicator, "municipality", code, facts.school_year),
                "—" if target is None else format_number(target, 0),
                one.reason,
                _named(one, in_force.organisations_named),
            )
        )
    columns = (
        Column("Муниципалитет", 2.3),
        Column("Код", 0.6),
        Column("Значение", 1.1, numeric=True),
        Column("Цель", 0.85, numeric=True),
        Column("Причина", 1.2),
        Column("Кому в первую очередь", 3.95),
    )
    return Table("Рекомендации муниципалитетам и организациям", columns, tuple(lines))


def recommended(facts: ReferenceFacts, in_force: ReferenceRules) -> list[Recommendation]:
    """The most pressing indicators of each municipality, at most as many as the rules say."""
    found = []
    zones = sorted(
        problem_zones(facts, in_force), key=lambda zone: (zone.municipality.name, zone.municipality.code)
    )
    for zone in zones:
        reasons: dict[str, Reason] = {}
        by_reason: tuple[tuple[Reason, tuple[str, ...]], ...] = (
            ("ниже цели", zone.below_target),
            ("снижение", zone.fallen),
            ("нижняя четверть", zone.worst_quarter),
        )
        for reason, codes in by_reason:
            for code in codes:
                reasons.setdefault(code, reason)
        for code, reason in list(reasons.items())[: in_force.recommended]:
            indicator = next(one for one in facts.indicators if one.code == code)
            own = facts.summed_values(indicator, zone.municipality.code)
            found.append(
                Recommendation(
                    zone, indicator, reason, _lagging(facts, indicator, own, in_force), has_values=bool(own)
                )
            )
    return found


def _lagging(
    facts: ReferenceFacts, indicator: Indicator, own: list[OwnValue], in_force: ReferenceRules
) -> tuple[OwnValue, ...]:
    """Organisations worse than the target, or than the region where there is none; the worst first."""
    bound = in_force.targets.get(indicator.code)
    if bound is None:
        region = facts.region_value(indicator.code, facts.school_year)
        bound = None if region is None else region.value
    if bound is None:
        return ()
    worse = [
        (indicator.merit(one.value.value), one.organisation.name_short, one.organisation.ogrn, one)
        for one in own
        if one.value.value is not None and not indicator.reaches(one.value.value, bound)
    ]
    return tuple(one for *_, one in sorted(worse, key=lambda entry: entry[:3]))


def _named(one: Recommendation, limit: int) -> str:
    if not one.has_values:
        return "—"
    if not one.lagging:
        return words("recommendations.all")
    names = ", ".join(lagging.organisation.name_short for lagging in one.lagging[:limit])
    more = len(one.lagging) - limit
    return words("recommendations.more", names=names, count=str(more)) if more > 0 else names
