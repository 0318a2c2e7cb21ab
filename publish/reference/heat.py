"""The heat table of the reference: percent indicators by municipality, the darker the better."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeVar

from publish.blocks import Figure, Number
from publish.charts import HeatCell, heat_table
from publish.mart_rows import Indicator, Municipality
from publish.numbers import NBSP, format_school_year
from publish.reference.cells import value_number
from publish.reference.doubts import is_doubtful
from publish.reference.facts import ReferenceFacts

# What one picture has room for: the text is 165 mm wide, and a page keeps a caption under the picture.
PICTURE_COLUMNS = 12
PICTURE_ROWS = 40

Item = TypeVar("Item")


def heat_figures(facts: ReferenceFacts) -> list[Figure]:
    """Pictures of the percent indicators that have values, each of a size that fits a page."""
    shown = [
        indicator
        for indicator in facts.indicators
        if indicator.is_percent and facts.municipal_values(indicator.code, facts.school_year)
    ]
    return [
        _figure(facts, indicators, municipalities)
        for indicators in _even(shown, PICTURE_COLUMNS)
        for municipalities in _even(facts.municipalities, PICTURE_ROWS)
    ]


def _even(items: Sequence[Item], limit: int) -> list[Sequence[Item]]:
    """Neighbours in groups of at most `limit`, all about as large."""
    groups = -(-len(items) // limit)
    return [items[len(items) * n // groups : len(items) * (n + 1) // groups] for n in range(groups)]


def _figure(
    facts: ReferenceFacts, indicators: Sequence[Indicator], municipalities: Sequence[Municipality]
) -> Figure:
    numbers = {
        (indicator.code, m.code): value_number(facts, indicator, "municipality", m.code, facts.school_year)
        for m in municipalities
        for indicator in indicators
    }
    # Among all municipalities of the region, not those of this picture alone.
    spans = {indicator.code: _span(facts, indicator) for indicator in indicators}
    cells = [
        HeatCell(
            m.name,
            indicator.code,
            numbers[indicator.code, m.code].bare,
            _position(indicator, numbers[indicator.code, m.code], spans[indicator.code]),
        )
        for m in municipalities
        for indicator in indicators
    ]
    codes = [indicator.code for indicator in indicators]
    named = codes[0] if len(codes) == 1 else f"{codes[0]}–{codes[-1]}"
    is_part = len(municipalities) < len(facts.municipalities)
    where = f": {municipalities[0].name} — {municipalities[-1].name}" if is_part else ""
    described = "; ".join(
        f"{m.name}: " + ", ".join(f"{code} — {numbers[code, m.code].bare}" for code in codes)
        for m in municipalities
    )
    year = format_school_year(facts.school_year)
    return Figure(
        caption=(
            f"Тепловая таблица показателей {named}, %, {year} учебный год{where} "
            f"(чем темнее, тем ближе к лучшему; без заливки — значения нет или оно больше 100{NBSP}%)"
        ),
        alternative=f"Значения показателей {named} по муниципалитетам, в процентах. {described}.",
        chart=heat_table(cells, rows=[m.name for m in municipalities], columns=codes),
        numbers=tuple(
            (f"{m.name}, {indicator.code}", numbers[indicator.code, m.code])
            for m in municipalities
            for indicator in indicators
        ),
    )


def _span(facts: ReferenceFacts, indicator: Indicator) -> tuple[Decimal, Decimal]:
    """The merits of the worst and the best value; one above 100 % by mistake would leave the others pale."""
    merits = [
        indicator.merit(value.value)
        for value in facts.municipal_values(indicator.code, facts.school_year)
        if value.value is not None and not is_doubtful(indicator, value.value)
    ]
    return (min(merits), max(merits)) if merits else (Decimal(0), Decimal(0))


def _position(indicator: Indicator, number: Number, span: tuple[Decimal, Decimal]) -> Decimal | None:
    """From 0, the worst value of the region, to 1, the best; equal values are all the best."""
    if number.value is None or number.suppressed or is_doubtful(indicator, number.value):
        return None
    worst, best = span
    return Decimal(1) if worst == best else (indicator.merit(Decimal(number.value)) - worst) / (best - worst)
