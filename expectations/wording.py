"""Values and texts as the submitter reads them: printed labels instead of codes, dates as dd.mm.yyyy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from expectations.registry import Rule
from ingest.forms.contract import Field, Section
from ingest.periods import parse_period

NOTHING = "пусто"
REPORTING_PERIOD = "reporting_period"


class Wording:
    """Texts of the findings of one section."""

    def __init__(self, section: Section) -> None:
        self._fields: dict[str, Field] = {field.name: field for field in section.raw_fields}
        self._rows = dict(section.rows)
        self._printed = {
            field.name: {stored: printed for printed, stored in field.codes.items()}
            for field in section.raw_fields
            if field.codes
        }

    def value(self, name: str, value: Any) -> str:
        """One value of the column ``name``, as printed in the form."""
        if value is None:
            return NOTHING
        if isinstance(value, bool):
            stored = "true" if value else "false"
            return self._printed.get(name, {}).get(stored, "да" if value else "нет")
        if isinstance(value, date):
            return f"{value:%d.%m.%Y}"
        if isinstance(value, Decimal) and value == value.to_integral_value():
            return str(int(value))
        if name == "row_code":
            return self._rows.get(str(value), str(value))
        return self._printed.get(name, {}).get(str(value), str(value))

    def texts(self, rule: Rule, row_no: int, values: Mapping[str, Any]) -> Texts:
        """The four texts of a finding about a row of the batch."""
        words = {name: self.value(name, value) for name, value in values.items()}
        if REPORTING_PERIOD in words:
            words[REPORTING_PERIOD] = parse_period(words[REPORTING_PERIOD]).title_ru
        words["row_no"] = str(row_no)
        words["row_title"] = words.get("row_code", "")
        words["field_title"] = self._fields[rule.field].title if rule.field else ""
        received = self._received(rule, words, values)
        words["received"] = NOTHING if received is None else received
        words["expected"] = rule.expected.format_map(words)
        return Texts(
            received=received,
            expected=words["expected"],
            message=sentence(rule.message.format_map(words)),
            hint=rule.hint.format_map(words),
        )

    @staticmethod
    def _received(rule: Rule, words: Mapping[str, str], values: Mapping[str, Any]) -> str | None:
        if rule.received is not None:
            return rule.received.format_map(words)
        if rule.field is None or values.get(rule.field) is None:
            return None
        return words[rule.field]


class Texts:
    """What a finding says. ``received`` is None where nothing was received."""

    __slots__ = ("expected", "hint", "message", "received")

    def __init__(self, received: str | None, expected: str, message: str, hint: str) -> None:
        self.received = received
        self.expected = expected
        self.message = message
        self.hint = hint


def sentence(text: str) -> str:
    """The text with a capital letter at its beginning."""
    return text[:1].upper() + text[1:]
