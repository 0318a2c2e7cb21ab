"""Section 5 of the reference: indicators by direction, last year, the best and the worst municipalities."""

from __future__ import annotations

from decimal import Decimal

from publish.blocks import Block, Column, Figure, Heading, Note, Number, Paragraph, Run, Table
from publish.charts import Bar, Pair, dumbbell, sorted_bars
from publish.mart_rows import Indicator
from publish.numbers import NBSP, format_number, format_school_year, join_codes
from publish.reference.cells import change_number, count_of, value_number
from publish.reference.conditions import AIMED, FALLEN, GROWN, MISSED, REACHED, UNKNOWN, meeting
from publish.reference.doubts import doubtful, remark
from publish.reference.facts import ReferenceFacts
from publish.reference.texts import rules, sentence


def results(facts: ReferenceFacts) -> list[Block]:
    """The overview of the region, then one subsection per direction that has indicators."""
    blocks: list[Block] = [Heading(1, "5. Результаты по направлениям"), *_overview(facts)]
    directions = sorted({(i.direction_no, i.direction_name) for i in facts.indicators})
    for position, (number, name) in enumerate(directions, start=1):
        own = [indicator for indicator in facts.indicators if indicator.direction_no == number]
        blocks.append(Heading(2, f"5.{position}. Направление «{name}»"))
        blocks.append(_direction_table(facts, name, own))
        blocks.extend(remark(doubtful(facts, own, "region", {facts.region_code: ""})))
        for indicator in own:
            blocks.extend(_indicator(facts, indicator))
    return blocks


def _overview(facts: ReferenceFacts) -> list[Block]:
    def count(condition: str) -> Number:
        rows = len(meeting(condition, facts.indicators, facts.values, facts.school_year))
        if condition in {AIMED, UNKNOWN}:
            # A value that is absent has no row to be counted: the registry's indicators are.
            return count_of(rows, "marts.dim_indicator", "indicator_code", facts, rule=condition)
        return count_of(
            rows, "marts.fct_indicator_value", "indicator_code", facts, unit_type="region", rule=condition
        )

    unknown = count(UNKNOWN)
    aimed = {"aimed": count(AIMED), "reached": count(REACHED), "missed": count(MISSED)}
    blocks: list[Block] = [
        Paragraph(
            (
                *(
                    sentence("results.1_unknown", unknown=unknown, **aimed)
                    if unknown.value
                    else sentence("results.1", **aimed)
                ),
                " ",
                *sentence(
                    "results.2",
                    grown=count(GROWN),
                    fallen=count(FALLEN),
                ),
                *_doubtful_targets(facts),
            )
        )
    ]
    figure = _dynamics(facts)
    if figure is not None:
        blocks.append(figure)
    return blocks


def _doubtful_targets(facts: ReferenceFacts) -> tuple[Run, ...]:
    """Which of the targets are reached by more people than there are."""
    aimed = [indicator for indicator in facts.indicators if indicator.code in rules().targets]
    codes = [code for code, _ in doubtful(facts, aimed, "region", {facts.region_code: ""})]
    return (" ", *sentence("results.doubtful", codes=join_codes(codes))) if codes else ()


def _dynamics(facts: ReferenceFacts) -> Figure | None:
    pairs: list[Pair] = []
    numbers: list[tuple[str, Number]] = []
    for indicator in facts.indicators:
        now = facts.region_value(indicator.code, facts.school_year)
        before = facts.region_value(indicator.code, facts.previous_year)
        if (
            not indicator.is_percent
            or now is None
            or before is None
            or now.value is None
            or before.value is None
        ):
            continue
        pairs.append(Pair(f"{indicator.code} {_short(indicator.name)}", before.value, now.value))
        for year in (facts.previous_year, facts.school_year):
            value = value_number(facts, indicator, "region", facts.region_code, year)
            numbers.append((f"{indicator.code}, {format_school_year(year)}", value))
        change = change_number(facts, indicator, "region", facts.region_code)
        numbers.append((f"{indicator.code}, изменение", change))
    if not pairs:
        return None
    after, earlier = format_school_year(facts.school_year), format_school_year(facts.previous_year)
    chart = dumbbell(pairs, before_label=earlier, after_label=after, axis_title="Значение по региону, %")
    described = "; ".join(
        f"{p.label}: {format_number(p.before, 1)} и {format_number(p.after, 1)}" for p in pairs
    )
    return Figure(
        caption="Показатели региона за два года (в скобках — изменение, п.п.)",
        alternative=f"Значения показателей в {earlier} и {after} учебных годах, в процентах. {described}.",
        chart=chart,
        numbers=tuple(numbers),
    )


def _short(name: str, limit: int = 36) -> str:
    """A name for a chart's axis, cut between words."""
    if len(name) <= limit:
        return name
    return name[:limit].rsplit(" ", 1)[0].rstrip(" ,:") + "…"


def _direction_table(facts: ReferenceFacts, name: str, own: list[Indicator]) -> Table:
    targets = rules().targets
    rows: list[tuple[Run, ...]] = []
    for indicator in own:
        target = targets.get(indicator.code)
        rows.append(
            (
                indicator.code,
                indicator.name + ("" if indicator.is_percent else f" ({indicator.unit})"),
                value_number(facts, indicator, "region", facts.region_code, facts.school_year),
                value_number(facts, indicator, "region", facts.region_code, facts.previous_year),
                change_number(facts, indicator, "region", facts.region_code),
                "—" if target is None else format_number(target, 0),
            )
        )
    columns = (
        Column("Код", 0.6),
        Column("Показатель", 3.4),
        Column(f"{format_school_year(facts.school_year)}, %", 1, numeric=True),
        Column(f"{format_school_year(facts.previous_year)}, %", 1, numeric=True),
        Column("Изменение, п.п.", 1.25, numeric=True),
        Column("Цель", 0.7, numeric=True),
    )
    return Table(f"Направление «{name}»: значения по региону", columns, tuple(rows))


def _indicator(facts: ReferenceFacts, indicator: Indicator) -> list[Block]:
    """Municipalities of one indicator: a sentence, then either bars for all or a table of the extremes."""
    values = facts.municipal_values(indicator.code, facts.school_year)
    region = value_number(facts, indicator, "region", facts.region_code, facts.school_year)
    head: tuple[Run, ...] = (f"{indicator.code} «{indicator.name}». ",)
    if region.value is None:
        none = sentence("results.none", year=format_school_year(facts.school_year))
        return [Paragraph((*head, *none))]
    if not any(v.unit_type == "municipality" and v.indicator_code == indicator.code for v in facts.values):
        return []
    described = sentence(
        "results.extremes",
        value=region,
        units=count_of(
            len(values), "marts.fct_indicator_value", "unit_code", facts, indicator_code=indicator.code
        ),
        all=count_of(
            len(facts.municipalities),
            "marts.dim_municipality",
            "municipality_code",
            facts,
            is_current="true",
        ),
    )
    is_equal = len(values) > 1 and len({value.value for value in values}) == 1
    if is_equal:
        described += (" ", *sentence("results.equal"))
    blocks: list[Block] = [Paragraph((*head, *described))]
    if indicator.code in rules().bars_indicators:
        blocks.append(_bars(facts, indicator))
    elif values and not is_equal:
        blocks.append(_extremes(facts, indicator))
    names = {one.code: one.name for one in facts.municipalities}
    blocks.extend(remark(doubtful(facts, [indicator], "municipality", names)))
    if not indicator.is_percent:
        blocks.append(Note(sentence("results.ratio_note", code=indicator.code, unit=indicator.unit)))
    return blocks


def _bars(facts: ReferenceFacts, indicator: Indicator) -> Figure:
    values = facts.municipal_values(indicator.code, facts.school_year)
    bars = [Bar(facts.municipality_name(v.unit_code), v.value) for v in values if v.value is not None]
    target = rules().targets.get(indicator.code)
    year = format_school_year(facts.school_year)
    ordered = sorted(bars, key=lambda bar: -bar.value)
    described = "; ".join(f"{bar.label} — {format_number(bar.value, 1)}" for bar in ordered)
    return Figure(
        caption=f"{indicator.name} по муниципалитетам, {year} учебный год",
        alternative=f"{indicator.name}, в процентах: {described}.",
        chart=sorted_bars(
            bars,
            target=target,
            target_label="" if target is None else f"цель {format_number(target, 0)}{NBSP}%",
            axis_title=f"{indicator.name}, %",
        ),
        numbers=tuple(
            (
                facts.municipality_name(v.unit_code),
                value_number(facts, indicator, "municipality", v.unit_code, facts.school_year),
            )
            for v in values
        ),
    )


def _extremes(facts: ReferenceFacts, indicator: Indicator) -> Table:
    """The best and the worst municipalities side by side; neither list reaches past the middle."""
    ordered = sorted(
        facts.municipal_values(indicator.code, facts.school_year),
        key=lambda v: (-indicator.merit(v.value or Decimal(0)), facts.municipality_name(v.unit_code)),
    )
    size = min(rules().extremes, (len(ordered) + 1) // 2)
    best, worst = ordered[:size], ordered[::-1][: min(size, len(ordered) - size)]
    rows: list[tuple[Run, ...]] = []
    for index in range(size):
        line: list[Run] = []
        for side in (best, worst):
            if index < len(side):
                code = side[index].unit_code
                line += [
                    facts.municipality_name(code),
                    value_number(facts, indicator, "municipality", code, facts.school_year),
                    change_number(facts, indicator, "municipality", code),
                ]
            else:
                line += ["", "", ""]
        rows.append(tuple(line))
    unit = "%" if indicator.is_percent else ""
    value_title = "Значение" + (f", {unit}" if unit else "")
    change_title = "За год" + (", п.п." if indicator.is_percent else "")
    caption = f"Показатель {indicator.code}: лучшие и отстающие муниципалитеты"
    columns = tuple(
        column
        for title in ("Лучшие", "Отстающие")
        for column in (
            Column(title, 2.5),
            Column(value_title, 1.05, numeric=True),
            Column(change_title, 0.9, numeric=True),
        )
    )
    return Table(caption, columns, tuple(rows))
