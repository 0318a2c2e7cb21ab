"""Values that cannot be what their definition says: more people counted than there are."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from publish.blocks import Block, Note, Number, Run
from publish.mart_rows import Indicator
from publish.reference.cells import value_number
from publish.reference.facts import ReferenceFacts
from publish.reference.texts import rules, sentence

WHOLE = Decimal(100)


def is_doubtful(indicator: Indicator, value: Decimal | int | None) -> bool:
    """Whether a part is larger than its whole. Two parents of one pupil are no such part."""
    is_part = indicator.is_percent and indicator.code not in rules().above_hundred
    return is_part and value is not None and value > WHOLE


def doubtful(
    facts: ReferenceFacts, indicators: Iterable[Indicator], unit_type: str, unit_names: dict[str, str]
) -> list[tuple[str, Number]]:
    """Values above 100 % of this year, each named by its unit (if any is given) and its indicator."""
    return [
        (f"{name} ({indicator.code})" if name else indicator.code, number)
        for indicator in indicators
        for unit, name in unit_names.items()
        if is_doubtful(
            indicator,
            (number := value_number(facts, indicator, unit_type, unit, facts.school_year)).value,
        )
    ]


def remark(found: list[tuple[str, Number]]) -> list[Block]:
    """A note that lists such values and says what they mean; nothing where there are none."""
    if not found:
        return []
    listed: list[Run] = []
    for name, number in found:
        listed += ["; " if listed else "", f"{name} — ", number]
    return [Note((*sentence("doubtful.values"), " ", *listed, ". ", *sentence("doubtful.meaning")))]
