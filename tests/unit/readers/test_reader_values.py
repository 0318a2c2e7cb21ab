"""From a cell to a value or a reason: every accepted spelling and every refused one, by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.forms.contract import Field
from ingest.readers.grid import BOOLEAN, DATE, ERROR, NO_VALUE, NUMBER, PERCENT, PERSONAL, TEXT, Cell
from ingest.readers.values import BLANK, Problem, parser_for

NBSP, THIN = "\u00a0", "\u202f"
INTEGER = Field("n", "Число", "integer", "integer", required=True, minimum=0, maximum=5000)
DECIMAL = Field("d", "Часы", "decimal", "numeric", required=True)
SHARE = Field("p", "Доля", "decimal", "numeric", required=True, unit="%")
DAY = Field("t", "Дата", "date", "date", required=True)
TITLE = Field("s", "Название", "text", "text", required=True)
ANSWER = Field("b", "Да?", "boolean", "boolean", required=True, codes={"да": "true", "нет": "false"})
KIND = Field(
    "k", "Вид", "code", "text", required=True, codes={"профпроба": "trial", "открытый урок": "open_lesson"}
)


def value_of(field: Field, kind: str, text: str) -> Any:
    return parser_for(field)(Cell(kind, text))


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (NUMBER, "12", 12),
        (NUMBER, "0", 0),
        (NUMBER, "12.0", 12),
        (NUMBER, "1.2E1", 12),
        (NUMBER, "-3", -3),
        (NUMBER, "2147483647", 2147483647),
        (TEXT, "12", 12),
        (TEXT, "  12 ", 12),
        (TEXT, "12,0", 12),
        (TEXT, f"1{NBSP}234", 1234),
        (TEXT, f"1{THIN}234{THIN}567", 1234567),
        (TEXT, "1 234", 1234),
        (TEXT, "+5", 5),
    ],
)
def test_integers(kind: str, text: str, expected: int) -> None:
    value = value_of(INTEGER, kind, text)
    assert value == expected and type(value) is int


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (TEXT, "4 из 8"),
        (TEXT, "12 чел."),
        (TEXT, "ЛОЖЬ"),
        (TEXT, "нет"),
        (TEXT, "12,5"),
        (TEXT, "1e3"),
        (TEXT, "1 2"),
        (TEXT, "12 34"),
        (TEXT, "60%"),
        (TEXT, "двенадцать"),
        (TEXT, "١٢"),
        (TEXT, "9" * 41),
        (NUMBER, "24.5"),
        (NUMBER, "2147483648"),
        (NUMBER, "1E+300"),
        (NUMBER, "1E+999999999"),
        (NUMBER, "NaN"),
        (NUMBER, "Infinity"),
        (NUMBER, "junk"),
        (PERCENT, "1"),
        (BOOLEAN, "0"),
        (DATE, "2025-10-14"),
    ],
)
def test_junk_in_a_number_is_never_zero(kind: str, text: str) -> None:
    problem = value_of(INTEGER, kind, text)
    assert problem == Problem("invalid", "READ.TYPE", "целое число от 0 до 5000")


@pytest.mark.parametrize("field", [INTEGER, DECIMAL, DAY, TITLE, ANSWER, KIND])
@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("нет данных", "no_data"),
        ("Нет  Данных.", "no_data"),
        (f"нет{NBSP}данных", "no_data"),
        ("н/д", "no_data"),
        ("-", "dash"),
        ("—", "dash"),
        (" – ", "dash"),
    ],
)
def test_absence_has_kinds_in_every_type(field: Field, text: str, note: str) -> None:
    assert value_of(field, TEXT, text) == Problem(note, "READ.NO_DATA")


@pytest.mark.parametrize("field", [INTEGER, DECIMAL, DAY, TITLE, ANSWER, KIND])
def test_spaces_are_a_blank(field: Field) -> None:
    assert value_of(field, TEXT, f" {NBSP}\n") is BLANK


@pytest.mark.parametrize("field", [INTEGER, DECIMAL, DAY, TITLE, ANSWER, KIND])
@pytest.mark.parametrize(
    ("kind", "rule"),
    [(ERROR, "READ.ERROR_CELL"), (NO_VALUE, "READ.FORMULA_NO_VALUE"), (PERSONAL, "READ.PERSONAL_DATA")],
)
def test_kinds_that_hold_no_value(field: Field, kind: str, rule: str) -> None:
    assert value_of(field, kind, "#N/A").rule_id == rule


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (NUMBER, "0.1", Decimal("0.1")),
        (TEXT, "1 234,56", Decimal("1234.56")),
        (TEXT, "-0,5", Decimal("-0.5")),
        (NUMBER, "7", Decimal(7)),
    ],
)
def test_decimals(kind: str, text: str, expected: Decimal) -> None:
    assert value_of(DECIMAL, kind, text) == expected


def test_a_percent_is_a_share_only_where_shares_are_asked_for() -> None:
    assert value_of(SHARE, PERCENT, "0.6") == Decimal(60)
    assert value_of(DECIMAL, PERCENT, "0.6").rule_id == "READ.TYPE"


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (DATE, "2025-10-14", date(2025, 10, 14)),
        (DATE, "2025-10-14T09:30:00", date(2025, 10, 14)),
        (TEXT, "14.10.2025", date(2025, 10, 14)),
        (TEXT, " 1.9.2025 ", date(2025, 9, 1)),
        (TEXT, "2025-10-14", date(2025, 10, 14)),
    ],
)
def test_dates(kind: str, text: str, expected: date) -> None:
    assert value_of(DAY, kind, text) == expected


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (TEXT, "31.02.2025"),
        (TEXT, "14.10.25"),
        (TEXT, "10/14/2025"),
        (TEXT, "октябрь"),
        (NUMBER, "45944"),
        (BOOLEAN, "1"),
    ],
)
def test_what_is_no_date(kind: str, text: str) -> None:
    assert value_of(DAY, kind, text) == Problem("invalid", "READ.TYPE", "дата вида 01.09.2025")


def test_answers_and_lists_forgive_case_and_spaces_only() -> None:
    assert value_of(ANSWER, TEXT, " Да ") is True
    assert value_of(ANSWER, TEXT, "нет") is False
    assert value_of(ANSWER, BOOLEAN, "0") is False
    assert value_of(KIND, TEXT, f"Открытый{NBSP} урок") == "open_lesson"
    assert value_of(KIND, TEXT, "trial").rule_id == "READ.CODE"
    assert value_of(KIND, TEXT, "урок").expected == "«профпроба», «открытый урок»"
    assert value_of(ANSWER, TEXT, "ИСТИНА").rule_id == "READ.CODE"
    assert value_of(ANSWER, NUMBER, "1").rule_id == "READ.CODE"


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (TEXT, " МБОУ «СОШ № 1» ", "МБОУ «СОШ № 1»"),
        (NUMBER, "1027400000001", "1027400000001"),
        (NUMBER, "1.027400000001E12", "1027400000001"),
        (NUMBER, "10.02", "10.02"),
        (TEXT, "+7 351 000-00-00", "+7 351 000-00-00"),
        (TEXT, "-5 классов", "-5 классов"),
    ],
)
def test_texts(kind: str, text: str, expected: str) -> None:
    assert value_of(TITLE, kind, text) == expected


@pytest.mark.parametrize(
    ("kind", "text", "rule"),
    [
        (DATE, "2025-04-04", "READ.TYPE"),
        (BOOLEAN, "0", "READ.TYPE"),
        (TEXT, "=1+1", "READ.FORMULA_TEXT"),
        (TEXT, "@SUM(A1)", "READ.FORMULA_TEXT"),
        (TEXT, "+cmd|' /C calc'!A0", "READ.FORMULA_TEXT"),
        (TEXT, "a\x00b", "READ.CONTROL_CHARACTER"),
        (TEXT, "a\ud83d", "READ.CONTROL_CHARACTER"),
    ],
)
def test_texts_that_are_refused(kind: str, text: str, rule: str) -> None:
    assert value_of(TITLE, kind, text).rule_id == rule


@given(
    st.sampled_from([INTEGER, DECIMAL, SHARE, DAY, TITLE, ANSWER, KIND]),
    st.sampled_from("nsbdepfxa"),
    st.text(max_size=60),
)
def test_nothing_that_a_cell_may_hold_raises(field: Field, kind: str, text: str) -> None:
    value = value_of(field, kind, text)
    if isinstance(value, str):
        value.encode("utf-8")
        assert "\x00" not in value


@given(st.integers(min_value=0, max_value=2**31 - 1))
def test_an_integer_survives_every_accepted_spelling(number: int) -> None:
    grouped = f"{number:,}".replace(",", NBSP)
    for kind, text in ((NUMBER, str(number)), (TEXT, str(number)), (TEXT, grouped), (TEXT, f"{number},0")):
        assert value_of(INTEGER, kind, text) == number
