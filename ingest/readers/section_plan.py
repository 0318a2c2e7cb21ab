"""What reading needs to know of a section, worked out once per section and not once per file."""

from __future__ import annotations

from collections.abc import Mapping

from ingest.forms.contract import Field, Section, column_letter, column_number
from ingest.readers.values import Parser, parser_for

Parsers = tuple[tuple[Field, Parser], ...]


class ColumnPlan:
    """The fields of a table or matrix with the columns that a header gives them."""

    def __init__(self, parsers: Parsers, columns: Mapping[str, int]) -> None:
        # Column 0, which no file has, for a field whose title the header lacks.
        self.fields = tuple((columns.get(field.name, 0), field, parse) for field, parse in parsers)
        self.names = tuple(field.name for field, _ in parsers)
        self.parsers = tuple((column, parse) for column, _, parse in self.fields)
        self.is_complete = len(columns) == len(parsers)
        self.columns = frozenset(columns.values())
        self.first_columns = sorted(self.columns)
        self.label_column = self.fields[0][0] or 1
        self.with_labels = self.columns | {self.label_column}
        self._letters = {name: column_letter(column) for name, column in columns.items()}
        self._numbers = {name: str(column) for name, column in columns.items()}

    def places(self, sheet: str | None) -> dict[str, str]:
        """The columns as :class:`ingest.readers.result.CellMap` keeps them."""
        return self._numbers if sheet is None else self._letters


class CardPlan:
    """A card whose labels stand one below the other from a given row on, as in the template."""

    def __init__(self, section: Section, first_row: int, has_sheet: bool) -> None:
        self.label_column = column_number(section.label_column or "A")
        self.value_column = column_number(section.value_column or "B")
        self.pair = frozenset((self.label_column, self.value_column))
        self.labels = tuple((field.name, field.title) for field in section.fields)
        self.rows = {field.name: row for row, field in enumerate(section.fields, start=first_row)}
        letter = column_letter(self.value_column)
        self.addresses = {
            name: f"{letter}{row}" if has_sheet else f"строка {row}, столбец {self.value_column}"
            for name, row in self.rows.items()
        }
        self.places = {
            name: self.addresses[name] if has_sheet else f"строка {row}" for name, row in self.rows.items()
        }


class SectionPlan:
    """A section as its template prints it."""

    def __init__(self, section: Section) -> None:
        self.section = section
        self.parsers: Parsers = tuple((field, parser_for(field)) for field in section.fields)
        self.titles = [field.title for field in section.fields]
        self.columns = list(range(1, len(section.fields) + 1))
        # Of a header that is exactly the template's.
        self.exact_columns = {field.name: column for column, field in enumerate(section.fields, start=1)}
        self.exact = ColumnPlan(self.parsers, self.exact_columns)
        # After the form's title, or as the form's title where both have one name.
        self.heading_ends = (f": {section.title}", f". {section.title}")
        self._raw_positions = {field.name: at for at, field in enumerate(section.raw_fields, start=1)}
        self._cards: dict[tuple[int, bool], CardPlan] = {}

    def raw_position(self, name: str) -> int:
        """Where the field's value stands in a row of :class:`ingest.readers.result.SectionRows`."""
        return self._raw_positions[name]

    def card(self, first_row: int, has_sheet: bool) -> CardPlan:
        """The card's places when its first label stands in that row."""
        key = first_row, has_sheet
        if key not in self._cards:
            self._cards[key] = CardPlan(self.section, first_row, has_sheet)
        return self._cards[key]


_PLANS: dict[int, SectionPlan] = {}


def plan_of(section: Section) -> SectionPlan:
    """The section's plan. Kept by identity: hashing a section costs more than typing a row."""
    plan = _PLANS.get(id(section))
    if plan is None or plan.section is not section:
        plan = _PLANS[id(section)] = SectionPlan(section)
    return plan
