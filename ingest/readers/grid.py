"""Cells and grids: what every reader of a file hands to the layouts, whatever the file's format."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal, NamedTuple

from ingest.forms.contract import column_letter

# Kinds of cells. One letter each: they are compared for every cell of every file.
NUMBER = "n"
TEXT = "s"
BOOLEAN = "b"
ERROR = "e"
DATE = "d"
PERCENT = "p"
NO_VALUE = "f"
PERSONAL = "x"
ACTIVE = "a"
NESTED = "o"

SHOWN_LENGTH = 200
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SPACES = re.compile(r"\s+")
_DASHES = str.maketrans({"–": "-", "—": "-", "−": "-", "‑": "-", "ё": "е", "«": '"', "»": '"'})


class Cell(NamedTuple):
    """One non-empty cell.

    ``text`` is what the file holds: digits for NUMBER and PERCENT, ``1``/``0`` for BOOLEAN, an ISO date for
    DATE, the code for ERROR, the formula for ACTIVE (it reaches outside the file), the JSON for
    NESTED (an object where a value is due), nothing for NO_VALUE (a
    formula without its cached value) and for PERSONAL (a text that must not travel on). ``formula`` is its
    text; followers of a shared formula carry the first's.
    """

    kind: str
    text: str
    formula: str | None = None


class Area(NamedTuple):
    """A rectangle of cells, bounds included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    def __str__(self) -> str:
        first = f"{column_letter(self.first_column)}{self.first_row}"
        last = f"{column_letter(self.last_column)}{self.last_row}"
        return first if first == last else f"{first}:{last}"


@dataclass(slots=True)
class Grid:
    """The non-empty cells of one sheet (of a CSV file, where ``sheet`` is None), by row and column."""

    sheet: str | None
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    visibility: Literal["visible", "hidden", "veryHidden"] = "visible"
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[Area] = field(default_factory=list)

    @property
    def cell_count(self) -> int:
        """Number of non-empty cells."""
        return sum(map(len, self.rows.values()))

    @property
    def is_hidden(self) -> bool:
        """Whether a person has to do something to see the sheet."""
        return self.visibility != "visible"

    def cell(self, row: int, column: int) -> Cell | None:
        """The cell, or None where it is empty."""
        cells = self.rows.get(row)
        return None if cells is None else cells.get(column)

    def text(self, row: int, column: int) -> str:
        """The cell as it would be shown, '' where it is empty."""
        cell = self.cell(row, column)
        return "" if cell is None else shown(cell)

    def address(self, row: int, column: int) -> str:
        """The cell's address as the submitter sees it."""
        if self.sheet is None:
            return f"строка {row}, столбец {column}"
        return f"{column_letter(column)}{row}"

    def place(self, column: int) -> str:
        """A column as :class:`ingest.readers.result.CellMap` keeps it."""
        return str(column) if self.sheet is None else column_letter(column)


def shown(cell: Cell) -> str:  # noqa: PLR0911 - one per kind
    """The cell's content as a person would see it, at most 200 characters, safe to print and to store."""
    kind, text, formula = cell
    if kind == BOOLEAN:
        return "ИСТИНА" if text == "1" else "ЛОЖЬ"
    if kind == DATE:
        try:
            return date.fromisoformat(text[:10]).strftime("%d.%m.%Y")
        except ValueError:
            return text
    if kind == PERCENT:
        try:
            return f"{Decimal(text) * 100:f}%".replace(".", ",")
        except InvalidOperation:
            return printable(text)
    if kind == NO_VALUE:
        return printable(f"={formula or ''}")
    return printable(text)


def printable(text: str) -> str:
    """Text cut to 200 characters, without control characters and halves of characters."""
    if len(text) <= SHOWN_LENGTH and text.isprintable():
        return text
    return _UNPRINTABLE.sub("\ufffd", text)[:SHOWN_LENGTH]


def has_unprintable(text: str) -> bool:
    """Whether a text holds what neither a database nor a document can store."""
    return not text.isprintable() and _UNPRINTABLE.search(text) is not None


def normalised(text: str) -> str:
    """A label for comparison: case, ё, kinds of dashes, quotes, spaces and trailing marks do not matter."""
    text = unicodedata.normalize("NFKC", text).casefold().translate(_DASHES)
    return _SPACES.sub(" ", text).strip().rstrip(" :*.")


def ranges(numbers: Iterable[int]) -> str:
    """Numbers as people write them: ``4–6, 9``."""
    parts: list[list[int]] = []
    for number in sorted(numbers):
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in parts)
