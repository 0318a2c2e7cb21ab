"""Numbers of the reference with their origin: which mart, which key, which column."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from publish.blocks import MartReference, Number, Unit
from publish.mart_rows import Comparison, Discipline, Indicator, IndicatorValue, Rated
from publish.reference.facts import ReferenceFacts

INDICATOR_MART = "marts.fct_indicator_value"
DISCIPLINE_MART = "marts.reporting_discipline_municipality"


def indicator_unit(indicator: Indicator) -> Unit:
    """How values of the indicator are printed."""
    return Unit.PERCENT if indicator.is_percent else Unit.RATIO


def _value_reference(value: IndicatorValue, region: str) -> MartReference:
    return MartReference(
        INDICATOR_MART,
        "value",
        (
            ("indicator_code", value.indicator_code),
            ("region_code", region),
            ("unit_type", value.unit_type),
            ("unit_code", value.unit_code),
            ("school_year", value.school_year),
        ),
    )


def value_number(
    facts: ReferenceFacts, indicator: Indicator, unit_type: str, unit: str, school_year: str
) -> Number:
    """The value of an indicator: a dash when there is none, dots when its denominator is too small."""
    value = facts.value(indicator.code, unit_type, unit, school_year)
    if value is None:
        value = IndicatorValue(indicator.code, unit_type, unit, school_year, None, None, None, None)
    return Number(
        value.value,
        indicator_unit(indicator),
        _value_reference(value, facts.region_code),
        suppressed=value.missing_reason == "small_denominator",
    )


def indicator_number(
    facts: ReferenceFacts, indicator: Indicator, unit_type: str, unit: str, column: str
) -> Number:
    """The numerator or the denominator of an indicator of this year, which count people or things."""
    value = facts.value(indicator.code, unit_type, unit, facts.school_year)
    key = (
        ("indicator_code", indicator.code),
        ("region_code", facts.region_code),
        ("unit_type", unit_type),
        ("unit_code", unit),
        ("school_year", facts.school_year),
    )
    amount = None if value is None else getattr(value, column)
    return Number(amount, Unit.COUNT, MartReference(INDICATOR_MART, column, key))


def change_number(facts: ReferenceFacts, indicator: Indicator, unit_type: str, unit: str) -> Number:
    """This year's value less last year's, with its sign."""
    return Number(
        facts.change(indicator.code, unit_type, unit),
        Unit.POINTS if indicator.is_percent else Unit.RATIO_CHANGE,
        MartReference(
            INDICATOR_MART,
            "value",
            (
                ("indicator_code", indicator.code),
                ("region_code", facts.region_code),
                ("unit_type", unit_type),
                ("unit_code", unit),
                ("school_year", f"{facts.school_year} − {facts.previous_year}"),
            ),
        ),
    )


def discipline_number(facts: ReferenceFacts, column: str, rows: Iterable[Discipline], **key: str) -> Number:
    """A column of reporting discipline summed over rows that the key names."""
    total = sum(int(getattr(row, column)) for row in rows)
    named = {"region_code": facts.region_code, "school_year": facts.school_year, **key}
    return Number(total, Unit.COUNT, MartReference(DISCIPLINE_MART, column, tuple(named.items())))


def share(part: Number, whole: Number) -> Number:
    """Part of a whole in per cent; absent when the whole is nothing."""
    reference = MartReference(
        part.reference.mart, f"{part.reference.column} / {whole.reference.column}", part.reference.key
    )
    if not whole.value or part.value is None:
        return Number(None, Unit.PERCENT, reference)
    return Number(Decimal(100) * part.value / whole.value, Unit.PERCENT, reference)


def count_of(rows: int, mart: str, column: str, facts: ReferenceFacts, **key: str) -> Number:
    """How many rows of a mart meet a condition that the key describes."""
    named = {"region_code": facts.region_code, "school_year": facts.school_year, **key}
    return Number(rows, Unit.COUNT, MartReference(mart, f"count({column})", tuple(named.items())))


def rating_number(
    facts: ReferenceFacts, row: Rated, mart: str, key: str, *, column: str, unit: Unit
) -> Number:
    """A column of a rating for one unit. Who has no place shows no score: it is of some indicators only."""
    is_shown = row.is_ranked or column != "score"
    value: Decimal | int | None = getattr(row, column) if is_shown else None
    return Number(value, unit, _rating_reference(facts, row, mart, key, column))


def comparable_place(facts: ReferenceFacts, row: Rated, mart: str, key: str) -> Number:
    """Last year's place by the methodology that both years are compared by."""
    way = facts.comparison
    column = "previous_rank" if way is Comparison.BY_PREVIOUS else "previous_rank_recomputed"
    return Number(way.place_before(row), Unit.RANK, _rating_reference(facts, row, mart, key, column))


def place_by_previous(facts: ReferenceFacts, row: Rated, mart: str, key: str) -> Number:
    """This year's place by last year's methodology, where both years are compared by that."""
    reference = _rating_reference(facts, row, mart, key, "from_rank")
    methodologies = (
        ("from_methodology_code", row.previous_methodology_code or ""),
        ("to_methodology_code", row.methodology_code),
    )
    named = (("unit_type", mart.removeprefix("marts.rating_")), ("unit_code", row.unit_code))
    kept = tuple(pair for pair in reference.key if pair[0] != key)
    effect = MartReference("marts.rating_methodology_effect", "from_rank", (*kept, *named, *methodologies))
    return Number(facts.comparison.place_now(row), Unit.RANK, effect)


def rank_shift(facts: ReferenceFacts, row: Rated, mart: str, key: str) -> Number:
    """By how many places the unit rose since last year, both by one methodology; a fall is negative."""
    way = facts.comparison
    column = (
        "previous_rank − rating_methodology_effect.from_rank"
        if way is Comparison.BY_PREVIOUS
        else "previous_rank_recomputed − rank"
    )
    return Number(way.shift(row), Unit.SHIFT, _rating_reference(facts, row, mart, key, column))


def _rating_reference(facts: ReferenceFacts, row: Rated, mart: str, key: str, column: str) -> MartReference:
    return MartReference(
        mart,
        column,
        (("region_code", facts.region_code), ("school_year", facts.school_year), (key, row.unit_code)),
    )
