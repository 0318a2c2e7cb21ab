"""From what a file writes about a cell to a :class:`Cell`; both ways of reading rows end here."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

from ingest.readers.grid import ACTIVE, BOOLEAN, DATE, ERROR, NO_VALUE, NUMBER, Cell
from ingest.readers.number_format import serial_to_iso
from ingest.readers.rules import RefusalError
from ingest.readers.shared_strings import text_cell, unescaped

# Formulas that reach outside the file: links, web services, dynamic data exchange, other workbooks.
_REACHING_OUT = re.compile(
    r"\b(?:HYPERLINK|WEBSERVICE|FILTERXML|RTD|DDE|CALL|REGISTER\.ID)\s*\(|\|\s*'|(?<![\w\]])\[\d+\]|'file:",
    re.IGNORECASE,
)

# How LibreOffice writes a plain ИСТИНА or ЛОЖЬ: the number beside it says nothing about that.
_BOOLEANS = {"TRUE()": "1", "FALSE()": "0"}
_KNOWN_NUMBERS = 20_000
_KNOWN_ROWS = 1_000
_KNOWN_ROW_LENGTH = 2_000
_SHARED_TEXT = ' t="s"><v>'


class KnownRow(NamedTuple):
    """A row without its texts: each cell with its column, a text by its number in the shared table.

    ``width`` is the last column.
    """

    number: int
    is_hidden: bool
    width: int
    cells: list[tuple[int, Any]]


class _Known:
    """What workbooks with the same formats have shown so far; never a text, only the number of one."""

    def __init__(self) -> None:
        # Cells by what follows their address: most counts are small and repeat.
        self.tails: dict[str, Cell | int] = {}
        self.numbers: dict[tuple[str, str], Cell] = {}
        # Rows of texts, as written, that came more than once; of those that came once, only a hash.
        self.rows: dict[str, KnownRow] = {}
        self.seen: set[int] = set()


@lru_cache(maxsize=16)
def _known(formats: tuple[str, ...], is_1904: bool) -> _Known:
    return _Known()


class CellBuilder:
    """Builds the cells of one workbook: knows its texts, number formats and date system."""

    def __init__(self, strings: list[Cell], formats: tuple[str, ...], is_1904: bool) -> None:
        self.strings = strings
        self._formats = formats
        self._is_1904 = is_1904
        self._known = _known(formats, is_1904)
        self.tails = self._known.tails
        self.rows = self._known.rows

    def string(self, number: str) -> Cell:
        """A text of the shared table."""
        try:
            return self.strings[int(number)]
        except (ValueError, IndexError):
            raise RefusalError("READ.UNREADABLE", "в файле потеряны тексты ячеек") from None

    def remember(self, tail: str, cell: Cell | int) -> None:
        """Keeps a cell for the next one that is written alike: see ingest.readers.plain_rows."""
        if len(self.tails) > _KNOWN_NUMBERS:
            self.tails.clear()
        self.tails[tail] = cell

    def is_template(self, row: str, cells: int) -> bool:
        """Whether a row that holds so many cells, all texts, came before: a template's rows come again."""
        if len(row) > _KNOWN_ROW_LENGTH or row.count(_SHARED_TEXT) != cells:
            return False
        trace, seen = hash(row), self._known.seen
        if trace in seen:
            if len(self.rows) > _KNOWN_ROWS:
                self.rows.clear()
            return True
        if len(seen) > _KNOWN_NUMBERS:
            seen.clear()
        seen.add(trace)
        return False

    def number(self, style: str, text: str) -> Cell:
        """A number, a date or a percentage, by the cell's style ('' for none)."""
        key = (style, text)
        numbers = self._known.numbers
        cell = numbers.get(key)
        if cell is None:
            if len(numbers) > _KNOWN_NUMBERS:
                numbers.clear()
            cell = numbers[key] = self._number(style, text)
        return cell

    def build(self, kind: str, style: str, text: str, formula: str | None) -> Cell | None:
        """A cell of the type ``kind`` (the attribute ``t``); None for an empty one.

        ``text`` is the content of ``v``, or of ``is`` for texts in place.
        """
        if formula is not None and reaches_out(formula):
            return Cell(ACTIVE, f"={formula}", formula)
        if not text:
            return None if formula is None else Cell(NO_VALUE, "", formula)
        if formula in _BOOLEANS:
            return Cell(BOOLEAN, _BOOLEANS[formula], formula)
        match kind:
            case "n":
                cell = self.number(style, text)
            case "s":
                cell = self.string(text)
            case "str":
                cell = text_cell(unescaped(text))
            case "inlineStr":
                cell = text_cell(text)
            case "b":
                cell = Cell(BOOLEAN, "1" if text in ("1", "true") else "0")
            case "e":
                cell = Cell(ERROR, text)
            case "d":
                cell = Cell(DATE, text.removesuffix("Z").removesuffix("T00:00:00"))
            case _:
                raise RefusalError("READ.UNREADABLE", f"неизвестный вид ячейки {kind[:20]!r}")
        return cell if formula is None else Cell(cell.kind, cell.text, formula)

    def _number(self, style: str, text: str) -> Cell:
        kind = NUMBER
        if style.isdecimal() and int(style) < len(self._formats):
            kind = self._formats[int(style)]
        return number_cell(kind, text, self._is_1904)


def reaches_out(formula: str) -> bool:
    """Whether a formula takes something from outside the file or sends something there."""
    return _REACHING_OUT.search(formula) is not None


def number_cell(kind: str, text: str, is_1904: bool) -> Cell:
    """A number as its format shows it: NUMBER, PERCENT, or DATE where it is a day of the calendar."""
    if kind == DATE:
        iso = serial_to_iso(text, is_1904)
        return Cell(NUMBER, text) if iso is None else Cell(DATE, iso)
    return Cell(kind, text)
