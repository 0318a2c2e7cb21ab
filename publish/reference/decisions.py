"""Section 12 of the reference: decisions that the region's values call for, and what last year's brought."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Literal

from publish.blocks import Block, Cell, Column, Heading, Number, Paragraph, Run, Table
from publish.mart_rows import Indicator
from publish.numbers import format_date_long, format_number, format_school_year
from publish.reference.cells import change_number, count_of, value_number
from publish.reference.conditions import THEN_BETTER, THEN_REACHED, THEN_WORSE
from publish.reference.facts import ReferenceFacts
from publish.reference.texts import ReferenceRules, load, rules, sentence, words

Effect = Literal["reached", "better", "same", "worse", "unknown"]
COUNTED: dict[Effect, str] = {"reached": THEN_REACHED, "better": THEN_BETTER, "worse": THEN_WORSE}


def decisions(facts: ReferenceFacts) -> list[Block]:
    """The decisions of this year by direction, then the effect of those that last year called for."""
    in_force = rules()
    return [
        Heading(1, "12. Управленческие решения"),
        Heading(2, "12.1. Решения на следующий учебный год"),
        *_proposed(facts, in_force),
        Heading(2, "12.2. Эффект решений прошлого года"),
        *_effects(facts, in_force),
    ]


def called_for(facts: ReferenceFacts, in_force: ReferenceRules, school_year: str) -> list[Indicator]:
    """Indicators whose value for the region missed the target in a year or, in this one, fell too far."""
    found = []
    for indicator in facts.indicators:
        value = facts.region_value(indicator.code, school_year)
        if value is None or value.value is None:
            continue
        target = in_force.targets.get(indicator.code)
        change = facts.change(indicator.code, "region", facts.region_code)
        has_fallen = (
            school_year == facts.school_year
            and indicator.is_percent
            and change is not None
            and indicator.merit(change) < -in_force.fall_points
        )
        if has_fallen or (target is not None and not indicator.reaches(value.value, target)):
            found.append(indicator)
    return found


def _proposed(facts: ReferenceFacts, in_force: ReferenceRules) -> list[Block]:
    called = called_for(facts, in_force, facts.school_year)
    if not called:
        return [Paragraph(sentence("decisions.none"))]
    texts = load("decisions")["directions"]
    lines: list[tuple[Cell, ...]] = []
    for number in sorted({indicator.direction_no for indicator in called}):
        own = [indicator for indicator in called if indicator.direction_no == number]
        text = texts[number]
        lines.append(
            (
                str(len(lines) + 1),
                text["text"],
                _grounds(facts, own, in_force),
                text["by"],
                words("decisions.due", date=format_date_long(_due(facts, text["due"]))),
            )
        )
    columns = (
        Column("№", 0.5),
        Column("Решение", 3.2),
        Column("Основание: показатель, значение, цель", 3),
        Column("Исполнители", 1.9),
        Column("Срок", 1.3),
    )
    return [
        Paragraph(sentence("decisions.1", fall=str(in_force.fall_points))),
        Table("Проект управленческих решений", columns, tuple(lines)),
    ]


def _grounds(facts: ReferenceFacts, own: list[Indicator], in_force: ReferenceRules) -> tuple[Run, ...]:
    runs: list[Run] = []
    for indicator in own:
        runs += ["; "] if runs else []
        runs += _ground(facts, indicator, in_force)
    return tuple(runs)


def _ground(facts: ReferenceFacts, indicator: Indicator, in_force: ReferenceRules) -> Iterator[Run]:
    """Why: the indicator with its value, its target, and its fall where that is too great."""
    value = value_number(facts, indicator, "region", facts.region_code, facts.school_year)
    target = in_force.targets.get(indicator.code)
    aim = "" if target is None else f" при цели {format_number(target, 0)}"
    change = facts.change(indicator.code, "region", facts.region_code)
    yield from (f"{indicator.code} {indicator.name} — ", value, aim)
    if indicator.is_percent and change is not None and indicator.merit(change) < -in_force.fall_points:
        yield from (", за год ", change_number(facts, indicator, "region", facts.region_code), " п.п.")


def _due(facts: ReferenceFacts, month_day: str) -> date:
    """A day of the school year that follows this one."""
    month, day = (int(part) for part in month_day.split("-"))
    first = int(facts.school_year[:4]) + 1
    return date(first if month >= 9 else first + 1, month, day)


def _effects(facts: ReferenceFacts, in_force: ReferenceRules) -> list[Block]:
    called = called_for(facts, in_force, facts.previous_year)
    before = format_school_year(facts.previous_year)
    if not called:
        return [Paragraph(sentence("decisions.effect_none", year=before))]
    names = load("decisions")["effects"]
    effects = {indicator.code: effect_of(facts, indicator, in_force) for indicator in called}
    lines: list[tuple[Run, ...]] = []
    for indicator in called:
        target = in_force.targets.get(indicator.code)
        lines.append(
            (
                f"{indicator.code} {indicator.name}",
                value_number(facts, indicator, "region", facts.region_code, facts.previous_year),
                value_number(facts, indicator, "region", facts.region_code, facts.school_year),
                change_number(facts, indicator, "region", facts.region_code),
                "—" if target is None else format_number(target, 0),
                names[effects[indicator.code]],
            )
        )
    now = format_school_year(facts.school_year)
    columns = (
        Column("Показатель", 3.6),
        Column(before, 1, numeric=True),
        Column(now, 1, numeric=True),
        Column("Изменение", 1.3, numeric=True),
        Column("Цель", 0.8, numeric=True),
        Column("Эффект", 1.6),
    )

    def count(effect: Effect) -> Number:
        rows = sum(found == effect for found in effects.values())
        return count_of(
            rows,
            "marts.fct_indicator_value",
            "indicator_code",
            facts,
            unit_type="region",
            rule=COUNTED[effect],
        )

    said = sentence(
        "decisions.effect",
        year=before,
        reached=count("reached"),
        better=count("better"),
        worse=count("worse"),
    )
    return [Paragraph(said), Table(f"Что стало с показателями решений {before} года", columns, tuple(lines))]


def effect_of(facts: ReferenceFacts, indicator: Indicator, in_force: ReferenceRules) -> Effect:
    """What became of an indicator since last year."""
    value = facts.region_value(indicator.code, facts.school_year)
    change = facts.change(indicator.code, "region", facts.region_code)
    if value is None or value.value is None or change is None:
        return "unknown"
    target = in_force.targets.get(indicator.code)
    if target is not None and indicator.reaches(value.value, target):
        return "reached"
    merit = indicator.merit(change)
    if merit == Decimal(0):
        return "same"
    return "better" if merit > 0 else "worse"
