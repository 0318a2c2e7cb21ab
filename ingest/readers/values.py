"""From a cell to a typed value, or to the reason why there is none. Nothing is guessed.

Blank, «нет данных», «-» and 0 are four different things. Forgiven: spaces around and between groups of
digits, decimal comma, numbers kept as text, case in lists. Everything else is a :class:`Problem`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from ingest.forms.contract import Field
from ingest.readers.grid import (
    ACTIVE,
    BOOLEAN,
    DATE,
    ERROR,
    NO_VALUE,
    NUMBER,
    PERCENT,
    PERSONAL,
    TEXT,
    Cell,
    has_unprintable,
    normalised,
)
from ingest.readers.number_format import iso_to_date
from ingest.readers.personal_data import names_people

NO_DATA_WORDS = frozenset(
    normalised(words)
    for words in (
        "нет данных",
        "данных нет",
        "н/д",
        "н.д.",
        "нд",
        "данные отсутствуют",
        "сведений нет",
        "нет сведений",
    )
)
_LONGEST_ABSENCE = 40
DASHES = frozenset("-–—−‒―")
_GROUP = " \u00a0\u202f\u2009"
_INTEGER = re.compile(rf"[+-]?(?:[0-9]+|[0-9]{{1,3}}(?:[{_GROUP}][0-9]{{3}})+)(?:[.,]0+)?")
_DECIMAL = re.compile(rf"[+-]?(?:[0-9]+|[0-9]{{1,3}}(?:[{_GROUP}][0-9]{{3}})+)(?:[.,][0-9]+)?")
_RUSSIAN_DATE = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T00:00:00)?")
# Nearly all counts: looked up, not converted.
_SMALL = {str(number): number for number in range(2000)}
_INTEGER_BOUNDS = {"integer": 2**31 - 1, "bigint": 2**63 - 1}
_LARGEST_DECIMAL = Decimal(10) ** 30
# A text that a spreadsheet would take for a formula once it is exported again.
_FORMULA_SIGNS = "=@+-"
_FORMULA_START = re.compile(r"[=@]|[+-]\s*[A-Za-zА-Яа-яЁё(]")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a cell gave no value: the kind kept in ``notes`` and the rule, with what was expected."""

    note: str
    rule_id: str
    expected: str | None = None


Parser = Callable[[Cell], Any]

_ERROR = Problem("error", "READ.ERROR_CELL")
_NO_VALUE = Problem("formula_without_value", "READ.FORMULA_NO_VALUE")
_PERSONAL = Problem("invalid", "READ.PERSONAL_DATA")
_ACTIVE = Problem("invalid", "READ.FORMULA_TEXT")
_NO_DATA = Problem("no_data", "READ.NO_DATA")
_DASH = Problem("dash", "READ.NO_DATA")
_WRONG_DATE = Problem("invalid", "READ.TYPE", "дата вида 01.09.2025")
BLANK = Problem("blank", "")
_UNTYPED: dict[str, Problem] = {ERROR: _ERROR, NO_VALUE: _NO_VALUE, PERSONAL: _PERSONAL, ACTIVE: _ACTIVE}


def parser_for(field: Field) -> Parser:
    """A function from a non-empty cell to the field's value or a :class:`Problem`."""
    match field.type:
        case "integer":
            return _integer(field)
        case "decimal":
            return _decimal(field)
        case "date":
            return _date
        case "boolean" | "code":
            return _code(field)
        case "text":
            return _text(field)


def absent(text: str) -> Problem | None:
    """Whether a text says that there is no value, and in which of the ways."""
    return None if len(text) > _LONGEST_ABSENCE else _absent(text)


@lru_cache(maxsize=4096)
def _absent(text: str) -> Problem | None:
    stripped = text.strip()
    if not stripped:
        return BLANK
    if len(stripped) <= 3 and not set(stripped) - DASHES:
        return _DASH
    return _NO_DATA if normalised(stripped) in NO_DATA_WORDS else None


def _integer(field: Field) -> Parser:
    bound = _INTEGER_BOUNDS[field.physical_type]
    low = field.minimum if field.minimum is not None else -bound
    high = field.maximum if field.maximum is not None else bound
    wrong = Problem("invalid", "READ.TYPE", f"целое число от {low} до {high}")

    def parse(cell: Cell) -> Any:
        if cell.kind == NUMBER:
            small = _SMALL.get(cell.text)
            if small is not None:
                return small
        kind, text, _ = cell
        if kind == NUMBER:
            value = _exact(text)
            if value is None or value != value.to_integral_value():
                return wrong
        elif kind == TEXT:
            stripped = text.strip(f"{_GROUP}\t\r\n")
            if _INTEGER.fullmatch(stripped) is None or len(stripped) > 40:
                return _not_a_number(text, wrong)
            value = Decimal(_compact(stripped))
        else:
            return _UNTYPED.get(kind, wrong)
        return int(value) if abs(value) <= bound else wrong

    return parse


def _decimal(field: Field) -> Parser:
    percent = field.unit == "%"
    expected = "число" if field.unit is None else f"число, {field.unit}"
    wrong = Problem("invalid", "READ.TYPE", expected)

    def parse(cell: Cell) -> Any:
        kind, text, _ = cell
        if kind == NUMBER or (kind == PERCENT and percent):
            value = _exact(text)
            if value is not None and kind == PERCENT:
                value *= 100
        elif kind == TEXT:
            stripped = text.strip(f"{_GROUP}\t\r\n")
            if _DECIMAL.fullmatch(stripped) is None or len(stripped) > 40:
                return _not_a_number(text, wrong)
            value = Decimal(_compact(stripped))
        else:
            return _UNTYPED.get(kind, wrong)
        return value if value is not None and abs(value) < _LARGEST_DECIMAL else wrong

    return parse


def _not_a_number(text: str, wrong: Problem) -> Problem:
    """What a text is that stands where a number belongs; names of pupils are not to travel on."""
    return absent(text) or (_PERSONAL if names_people(text) else wrong)


def _date(cell: Cell) -> Any:
    kind, text, _ = cell
    if kind == DATE:
        return iso_to_date(text) or _WRONG_DATE
    if kind != TEXT:
        return _UNTYPED.get(kind, _WRONG_DATE)
    stripped = text.strip()
    try:
        if match := _RUSSIAN_DATE.fullmatch(stripped):
            return date(int(match[3]), int(match[2]), int(match[1]))
        if match := _ISO_DATE.fullmatch(stripped):
            return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return _WRONG_DATE
    return absent(text) or _WRONG_DATE


def _code(field: Field) -> Parser:
    stored: dict[str, Any] = {}
    for label, code in field.codes.items():
        stored[normalised(label)] = (code == "true") if field.type == "boolean" else code
    wrong = Problem("invalid", "READ.CODE", ", ".join(f"«{label}»" for label in field.codes))
    seen: dict[str, Any] = {}

    def parse(cell: Cell) -> Any:
        kind, text, _ = cell
        if kind == TEXT:
            value = seen.get(text)
            if value is None:
                value = stored.get(normalised(text))
                if value is None:
                    return absent(text) or wrong
                if len(seen) < 1000:
                    seen[text] = value
            return value
        if kind == BOOLEAN and field.type == "boolean":
            return text == "1"
        return _UNTYPED.get(kind, wrong)

    return parse


def _text(field: Field) -> Parser:
    wrong = Problem("invalid", "READ.TYPE", "текст")
    no_date = Problem(
        "invalid", "READ.TYPE", "текст; Excel превратил его в дату: задайте ячейке текстовый формат"
    )
    control = Problem("invalid", "READ.CONTROL_CHARACTER", "обычный текст")

    def parse(cell: Cell) -> Any:
        kind, text, _ = cell
        if kind == TEXT:
            stripped = text.strip()
            if has_unprintable(stripped):
                return control
            missing = absent(stripped)
            if missing is not None:
                return missing
            is_formula = stripped[0] in _FORMULA_SIGNS and _FORMULA_START.match(stripped) is not None
            return _ACTIVE if is_formula else stripped
        if kind == NUMBER:
            value = _exact(text)
            if value is None:
                return wrong
            return format(value, "f") if value != value.to_integral_value() else str(int(value))
        return no_date if kind == DATE else _UNTYPED.get(kind, wrong)

    return parse


def _compact(text: str) -> str:
    """Digits without the spaces between groups, with a decimal point."""
    return text.translate(_COMPACT)


_COMPACT = {**{ord(space): None for space in _GROUP}, ord(","): "."}


def _exact(text: str) -> Decimal | None:
    """The number a workbook or a JSON file holds; None for what is not finite or beyond any sense."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value.adjusted()) < 40 else None
