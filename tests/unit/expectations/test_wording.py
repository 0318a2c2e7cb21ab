"""Findings speak to a submitter in words of the form, not in codes."""

from __future__ import annotations

from decimal import Decimal

from expectations.registry import rule_book
from expectations.wording import Wording
from ingest.forms.catalogue import contract


def test_a_period_is_named_as_it_is_printed() -> None:
    rule = rule_book("C1").rule("C1.PLAUSIBILITY.FACT_HAS_STARTED")
    assert rule.section is not None
    said = Wording(contract("C1").section(rule.section)).texts(
        rule, 0, {"reporting_period": "2025-07", "service_fact_cumulative": Decimal(0)}
    )
    assert said.message == "За июль 2025 года указано, что с начала года услугу никто не получил (0)."


def test_a_message_holds_for_a_single_graduate() -> None:
    rule = rule_book("S5").rule("S5.PLAUSIBILITY.RESPONSE_RATE")
    assert rule.section is not None
    values = {"row_code": "11", "surveyed": Decimal(0), "graduates": Decimal(1)}
    said = Wording(contract("S5").section(rule.section)).texts(rule, 5, values)
    assert said.message == "Строка «11 класс»: выпускников опрошено 0 из 1 — меньше 80 %."
