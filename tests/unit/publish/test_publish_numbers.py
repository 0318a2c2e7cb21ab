"""Numbers as a Russian reader expects them."""

from datetime import date
from decimal import Decimal

import pytest

from publish.numbers import format_date_long, format_number, join_codes, plural, previous_school_year

NBSP, MINUS = "\u00a0", "\u2212"


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0, 0, "0"),
        (999, 0, "999"),
        (1000, 0, f"1{NBSP}000"),
        (1234567, 0, f"1{NBSP}234{NBSP}567"),
        (Decimal("61.25"), 1, "61,3"),  # half goes away from zero: 61.2 would be banker's rounding
        (Decimal("-61.25"), 1, f"{MINUS}61,3"),
        (Decimal("1234.5"), 2, f"1{NBSP}234,50"),
        (Decimal("-0.04"), 1, "0,0"),  # what rounds to zero has no minus
        (None, 1, "—"),
    ],
)
def test_number_is_written_with_comma_and_no_break_thousands(value, digits, text):
    assert format_number(value, digits) == text


@pytest.mark.parametrize(
    ("value", "text"), [(Decimal("2.5"), "+2,5"), (Decimal("-2.5"), f"{MINUS}2,5"), (0, "0,0")]
)
def test_difference_shows_its_sign_but_zero_has_none(value, text):
    assert format_number(value, 1, signed=True) == text


@pytest.mark.parametrize(
    ("count", "noun"),
    [
        (0, "школ"),
        (1, "школа"),
        (2, "школы"),
        (5, "школ"),
        (11, "школ"),
        (12, "школ"),
        (14, "школ"),
        (21, "школа"),
        (22, "школы"),
        (111, "школ"),
        (1001, "школа"),
        (Decimal("1.5"), "школы"),
    ],
)
def test_noun_agrees_with_its_numeral(count, noun):
    assert plural(count, "школа", "школы", "школ") == noun


def test_date_in_words_and_year_before():
    assert format_date_long(date(2026, 7, 20)) == f"20{NBSP}июля 2026{NBSP}г."
    assert previous_school_year("2025-2026") == "2024-2025"


@pytest.mark.parametrize(
    ("codes", "text"),
    [
        (["S1"], "S1"),
        (["S1", "S2"], "S1, S2"),
        (["S1", "S2", "S3", "S9", "S10", "C1"], "S1\u2013S3, S9, S10, C1"),
        (["S9", "S10", "S11", "C11", "C12", "C13"], "S9\u2013S11, C11\u2013C13"),
    ],
)
def test_neighbouring_codes_are_a_range(codes: list[str], text: str) -> None:
    assert join_codes(codes) == text
