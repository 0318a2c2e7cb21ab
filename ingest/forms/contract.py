"""A form as the program sees it: sections, fields and where each stands in the file.

The contract YAML (Open Data Contract Standard v3.1 plus one ``orientir`` custom property per level) is the
only source of these objects; :mod:`ingest.forms.catalogue` builds them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ingest.calendar.rhythm import FormRhythm

FieldType = Literal["integer", "decimal", "text", "date", "boolean", "code"]
Layout = Literal["card", "matrix", "table"]
PeriodType = Literal["school_year", "half_year", "quarter", "month"]
Role = Literal["organisation", "period", "row"]
FileFormat = Literal["xlsx", "csv", "json"]


@lru_cache(maxsize=512)
def column_letter(number: int) -> str:
    """Column 1 is ``A``, 27 is ``AA``."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """``A`` is 1, ``AA`` is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


@dataclass(frozen=True)
class PrefilledFrom:
    """Where a field's value is already known from: a field of another form of the same organisation.

    ``rows``: codes of the source matrix whose values are added up. Without them a matrix takes each value
    from the row of the same code, and a card field from a card.
    """

    form: str
    section: str
    field: str
    rows: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """As contracts and documents name it: ``S1.by_grade.students``."""
        return f"{self.form}.{self.section}.{self.field}"


@dataclass(frozen=True)
class Field:
    """One field of a section.

    ``codes`` maps what is printed in Russian to the code that is stored. ``sum_of`` names the fields of the
    same row whose sum this field prints in the template (a locked formula in matrices). ``prefilled_from`` is
    what the template of one organisation is filled with, so that one fact is asked once. ``formerly`` is the
    name that the field had in the version before.
    """

    name: str
    title: str
    type: FieldType
    physical_type: str
    required: bool
    personal: bool = False
    role: Role | None = None
    unit: str | None = None
    minimum: int | float | None = None
    maximum: int | float | None = None
    pattern: str | None = None
    max_length: int | None = None
    codes: Mapping[str, str] = field(default_factory=dict, hash=False)
    code_list: str | None = None
    sum_of: tuple[str, ...] = ()
    formerly: str | None = None
    prefilled_from: PrefilledFrom | None = None
    description: str | None = None


@dataclass(frozen=True)
class Section:
    """A part of a form that becomes one raw table (``raw.<table>``).

    ``rows`` (matrix) maps row code to the label printed in column A. ``path`` (card, JSON) is the object that
    holds the fields. ``min_rows`` and ``max_rows`` bound the data rows of a table.
    """

    name: str
    table: str
    title: str
    layout: Layout
    fields: tuple[Field, ...]
    sheet: str | None = None
    header_row: int | None = None
    first_row: int | None = None
    label_column: str | None = None
    value_column: str | None = None
    rows: Mapping[str, str] = field(default_factory=dict, hash=False)
    total_row: str | None = None
    min_rows: int = 0
    max_rows: int | None = None
    path: str | None = None
    description: str | None = None

    @cached_property
    def raw_fields(self) -> tuple[Field, ...]:
        """Fields that go to the raw table: all but the personal ones."""
        return tuple(f for f in self.fields if not f.personal)

    @cached_property
    def personal_fields(self) -> tuple[Field, ...]:
        """Fields that go to the ``pii`` schema only."""
        return tuple(f for f in self.fields if f.personal)

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {f.name: position for position, f in enumerate(self.fields)}

    def field(self, name: str) -> Field:
        """The field of that name; ``KeyError`` if the section has none."""
        return self.fields[self._positions[name]]

    def column(self, name: str) -> str:
        """Column letter of a field in the template's table or matrix, or the value column of a card."""
        if self.layout == "card":
            if self.value_column is None:
                raise ValueError(f"{self.table}: a card without valueColumn has no columns")
            return self.value_column
        return column_letter(self._positions[name] + 1)

    def cell(self, name: str) -> str:
        """Address of a card's field in the template, e.g. ``B7``."""
        if self.layout != "card" or self.first_row is None or self.value_column is None:
            raise ValueError(f"{self.table}: only a card on a sheet has one cell per field")
        return f"{self.value_column}{self.first_row + self._positions[name]}"


@dataclass(frozen=True)
class FormContract:
    """One version of a form, valid for periods that start within [valid_from, valid_to].

    ``measures`` maps the code of a road map's measure to the fields that serve it, each as ``section.field``.
    ``window`` and ``regions`` say when the form is due and where it is collected, for a form that stands
    neither in the cyclogram nor in the regions' files.
    """

    code: str
    version: str
    title: str
    purpose: str
    submitter: str
    formats: tuple[FileFormat, ...]
    rhythm: str
    period_type: PeriodType
    valid_from: date
    valid_to: date | None
    sections: tuple[Section, ...]
    sha256: str
    measures: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    window: FormRhythm | None = field(default=None, hash=False)
    regions: tuple[str, ...] = ()

    def section(self, name: str) -> Section:
        """The section of that name; ``KeyError`` if the form has none."""
        for section in self.sections:
            if section.name == name:
                return section
        raise KeyError(f"form {self.code} has no section {name!r}")

    def role_field(self, role: Role) -> tuple[Section, Field] | None:
        """Where the form states its organisation or its period."""
        return self._card_roles.get(role)

    @cached_property
    def _card_roles(self) -> dict[Role, tuple[Section, Field]]:
        found: dict[Role, tuple[Section, Field]] = {}
        for section in self.sections:
            for candidate in section.fields:
                if candidate.role is not None and section.layout == "card":
                    found.setdefault(candidate.role, (section, candidate))
        return found

    def in_force(self, on: date) -> bool:
        """Whether periods starting on that day are reported by this version."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)
