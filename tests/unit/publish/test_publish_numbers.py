"""Numbers as a Russian reader expects them."""

from datetime import date
from decimal import Decimal

import pytest

from publish.agreement import NoAgreementError, agree
from publish.numbers import format_date_long, format_number, join_codes, previous_school_year
from publish.reference.texts import PLACEHOLDER, load

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
    assert agree(count, "школа") == noun


@pytest.mark.parametrize(
    ("phrase", "two", "five"),
    [
        ("критическое замечание", "критических замечания", "критических замечаний"),
        ("центр занятости", "центра занятости", "центров занятости"),
        ("колледж или техникум", "колледжа или техникума", "колледжей или техникумов"),
        (
            "муниципальный орган управления образованием",
            "муниципальных органа управления образованием",
            "муниципальных органов управления образованием",
        ),
        ("обучающийся", "обучающихся", "обучающихся"),
        ("обучающегося", "обучающихся", "обучающихся"),
        ("муниципалитета", "муниципалитетов", "муниципалитетов"),  # after «у»
        ("день", "дня", "дней"),
    ],
)
def test_a_phrase_agrees_up_to_its_noun_in_its_case(phrase: str, two: str, five: str) -> None:
    assert [agree(count, phrase) for count in (1, 2, 5, 21)] == [phrase, two, five, phrase]


def test_what_cannot_agree_is_named() -> None:
    with pytest.raises(NoAgreementError, match="«быстро»"):
        agree(2, "быстро")


def test_every_phrase_of_the_reference_can_agree() -> None:
    """A sentence that is rarely said must not fail when it is."""
    phrases = {
        match[2]
        for template in load("sentences").values()
        for match in PLACEHOLDER.finditer(template)
        if match[2] and not match[3]
    } | set(load("names")["kinds"].values())
    assert len(phrases) > 15
    for phrase in phrases:
        assert agree(1, phrase) == phrase
        assert agree(5, phrase) != agree(1, phrase)


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
