"""Reads the rows of one worksheet part into a grid, counting as it goes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from xml.etree import ElementTree

from ingest.forms.contract import column_letter, column_number
from ingest.readers.cell_builder import CellBuilder, KnownRow
from ingest.readers.grid import PERSONAL, TEXT, Area, Cell, Grid
from ingest.readers.limits import ReaderLimits
from ingest.readers.plain_rows import OtherSpellingError, PlainSheet, cell_parts, plain_row, plain_sheet
from ingest.readers.rules import RefusalError, Spot
from ingest.readers.shared_strings import string_item
from ingest.readers.time_limit import ROWS_BETWEEN_LOOKS, check_time
from ingest.readers.xml_parts import (
    EXCEL_COLUMNS,
    TRANSITIONAL,
    WHOLE_TREE_BYTES,
    main_namespace,
    parse_part,
    remembered,
    streamed_rows,
    whole,
)

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ORDINARY_COLUMNS = 52
_EMPTY = Cell("", "")
# Kinds that are empty cells where there is no text and no formula: nothing at all, or an empty shared text.
_SILENT = (_EMPTY.kind, TEXT)
# Titles, headers and labels stand at the top and are the same in every file of a template; below are data.
_TEMPLATE_ROWS = 40
_TEXT_OF = itemgetter(1)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a sheet says besides its cells."""

    hidden_columns: tuple[tuple[int, int], ...]
    merged: tuple[Area, ...]


class RowReader:
    """Turns the rows of one sheet into cells. The loops here are what a whole batch waits for."""

    def __init__(self, builder: CellBuilder, limits: ReaderLimits, cells_left: int) -> None:
        self._builder = builder
        self._limits = limits
        self._cells_left = cells_left
        self._columns = _ordinary_columns(limits.columns).copy()
        self._is_wide = False
        self._shared: dict[str, str] = {}

    def read(self, content: bytes, part: str, grid: Grid) -> Surroundings:
        """Fills the grid. Raises :class:`RefusalError` for a broken sheet or one beyond the limits."""
        cells_left = self._cells_left
        plain = plain_sheet(content)
        if plain is not None:
            try:
                return self._read_plain(plain, part, grid)
            except OtherSpellingError:
                grid.rows.clear()
                grid.hidden_rows.clear()
                self._cells_left = cells_left
        root_seen: list[ElementTree.Element] = []
        previous = 0
        for row in self._row_elements(content, part, root_seen):
            namespace = main_namespace(root_seen[0], part)
            given = row.get("r")
            number = previous + 1 if given is None else whole(given)
            self._add(grid, number, previous, self._cells(row, number, namespace))
            if row.get("hidden") in ("1", "true"):
                grid.hidden_rows.add(number)
            previous = number
        return _surroundings(root_seen[0], main_namespace(root_seen[0], part))

    def _row_elements(
        self, content: bytes, part: str, root_seen: list[ElementTree.Element]
    ) -> Iterator[ElementTree.Element]:
        if len(content) > WHOLE_TREE_BYTES:
            yield from streamed_rows(content, part, self._limits, root_seen)
            return
        root = parse_part(content, part, self._limits)
        root_seen.append(root)
        namespace = main_namespace(root, part)
        for data in root.findall(f"{namespace}sheetData"):
            yield from data.findall(f"{namespace}row")

    def _read_plain(self, plain: PlainSheet, part: str, grid: Grid) -> Surroundings:
        """The fast way. Raises :class:`OtherSpellingError` where the sheet turns out to be spelled
        otherwise.
        """
        surroundings = remembered(_shell, plain.shell, part, self._limits)
        if surroundings is None:
            raise OtherSpellingError
        builder = self._builder
        known = builder.rows
        previous = 0
        for position, text in enumerate(plain.rows):
            row = known.get(text) if position < _TEMPLATE_ROWS else None
            if row is None:
                written, is_hidden, pieces = plain_row(text, plain.has_x14ac)
                number = int(written)
                cells = self._plain_cells(written, pieces)
                if position < _TEMPLATE_ROWS and builder.is_template(text, len(pieces)):
                    known[text] = self._template_row(written, is_hidden, pieces)
            else:
                number, is_hidden = row.number, row.is_hidden
                self._is_wide |= row.width > self._limits.columns
                cells = self._bound(row)
            self._add(grid, number, previous, cells)
            if is_hidden:
                grid.hidden_rows.add(number)
            previous = number
        return surroundings

    def _add(self, grid: Grid, number: int, previous: int, cells: dict[int, Cell]) -> None:
        if number <= previous:
            raise RefusalError("READ.UNREADABLE", f"на листе «{grid.sheet}» строки идут не по порядку")
        if number % ROWS_BETWEEN_LOOKS == 0:
            check_time()
        if not cells:
            return
        limits = self._limits
        if number > limits.rows or (self._is_wide and max(cells) > limits.columns):
            address = grid.address(number, max(cells))
            raise RefusalError(
                "READ.LIMIT",
                f"на листе «{grid.sheet}» данные в ячейке {address}",
                f"до {limits.rows} строк и {limits.columns} столбцов",
                Spot(None, grid.sheet, address, number),
            )
        self._cells_left -= len(cells)
        if self._cells_left < 0:
            raise RefusalError("READ.LIMIT", "слишком много ячеек", f"до {limits.cells} ячеек")
        grid.rows[number] = cells

    def _plain_cells(self, row: str, pieces: list[str]) -> dict[int, Cell]:
        """The row's non-empty cells by column. Column letters and tails seen before are only looked up."""
        mark = f'{row}"'
        found: dict[int, Cell] = {}
        strings, tails, columns = self._builder.strings, self._builder.tails, self._columns
        for piece in pieces:
            # What is cut off before the row's number has to be column letters and nothing else: no address
            # of another row passes.
            letters, _, tail = piece.partition(mark)
            try:
                column = columns[letters]
            except KeyError:
                column = self._plain_column(piece, row)
            try:
                known = tails[tail]
            except KeyError:
                known = self._plain_cell(tail)
            try:
                found[column] = strings[known] if isinstance(known, int) else known
            except IndexError:
                found[column] = self._builder.string(str(known))
        if len(found) == len(pieces) and all(map(_TEXT_OF, found.values())):
            return found
        return self._bound(self._template_row(row, False, pieces))

    def _template_row(self, row: str, is_hidden: bool, pieces: list[str]) -> KnownRow:
        """The row without its texts."""
        mark = f'{row}"'
        cells = []
        for piece in pieces:
            letters, _, tail = piece.partition(mark)
            column = self._columns.get(letters) or self._plain_column(piece, row)
            known = self._builder.tails.get(tail)
            cells.append((column, self._plain_cell(tail) if known is None else known))
        return KnownRow(int(row), is_hidden, max((column for column, _ in cells), default=0), cells)

    def _plain_column(self, piece: str, row: str) -> int:
        address = piece.partition('"')[0]
        if _REFERENCE.fullmatch(address) is None:
            raise OtherSpellingError
        return self._column(address, row)

    def _plain_cell(self, tail: str) -> Cell | int:
        kind, style, formula, text = cell_parts(tail)
        if kind == "s" and not formula and text.isdecimal() and len(text) < 10:
            cell: Cell | int = int(text)
        else:
            cell = self._builder.build(kind or "n", style, text, formula or None) or _EMPTY
            if kind in ("s", "str"):
                return cell
        self._builder.remember(tail, cell)
        return cell

    def _bound(self, row: KnownRow) -> dict[int, Cell]:
        """The row's non-empty cells by column, with the texts of this workbook."""
        builder = self._builder
        strings = builder.strings
        found: dict[int, Cell] = {}
        for column, known in row.cells:
            if known.__class__ is not int:
                cell = known
            elif known < len(strings):
                cell = strings[known]
            else:
                cell = builder.string(str(known))
            if not cell[1] and cell[2] is None and cell[0] in _SILENT:
                continue
            if column in found:
                raise RefusalError("READ.UNREADABLE", "одна и та же ячейка записана в файле дважды")
            found[column] = cell
        return found

    def _cells(self, row: ElementTree.Element, row_no: int, namespace: str) -> dict[int, Cell]:
        found: dict[int, Cell] = {}
        column = 0
        row_text = str(row_no)
        for element in row.iterfind(f"{namespace}c"):
            reference = element.get("r")
            column = column + 1 if reference is None else self._column(reference, row_text)
            if not len(element):
                continue
            formula_element = element.find(f"{namespace}f")
            formula = None if formula_element is None else self._formula(formula_element)
            kind = element.get("t", "n")
            if kind == "inlineStr":
                inline = element.find(f"{namespace}is")
                text = "" if inline is None else string_item(inline, namespace)
            else:
                text = element.findtext(f"{namespace}v") or ""
            cell = self._builder.build(kind, element.get("s", ""), text, formula)
            if cell is None or (not cell.text and kind == "s" and cell.kind != PERSONAL and formula is None):
                continue
            if column in found:
                raise RefusalError("READ.UNREADABLE", "одна и та же ячейка записана в файле дважды")
            found[column] = cell
        return found

    def _formula(self, element: ElementTree.Element) -> str:
        """The formula's text; a follower of a shared formula has the first one's."""
        text = element.text or ""
        if element.get("t") == "shared":
            group = element.get("si", "")
            if text:
                self._shared[group] = text
            else:
                text = self._shared.get(group, "")
        return text

    def _column(self, reference: str, row: str) -> int:
        match = _REFERENCE.fullmatch(reference)
        if match is None or match[2] != row or column_number(match[1]) > EXCEL_COLUMNS:
            raise RefusalError("READ.UNREADABLE", f"неверный адрес ячейки {reference[:20]!r}")
        number = column_number(match[1])
        if number > self._limits.columns:
            self._is_wide = True
        else:
            self._columns[match[1]] = number
        return number


@lru_cache(maxsize=4)
def _ordinary_columns(limit: int) -> dict[str, int]:
    return {column_letter(number): number for number in range(1, min(limit, _ORDINARY_COLUMNS) + 1)}


@lru_cache(maxsize=256)
def _shell(shell: bytes, part: str, limits: ReaderLimits) -> Surroundings | None:
    """What surrounds the rows; None where ``sheetData`` is not what it looks like (in a comment, renamed)."""
    root = parse_part(shell, part, limits)
    if not root.tag.startswith(TRANSITIONAL) or len(root.findall(f"{TRANSITIONAL}sheetData")) != 1:
        return None
    if shell[:64].lower().find(b'encoding="utf-8"') < 0:
        return None
    return _surroundings(root, TRANSITIONAL)


def _surroundings(root: ElementTree.Element, namespace: str) -> Surroundings:
    hidden = []
    for column in root.iterfind(f"{namespace}cols/{namespace}col"):
        if column.get("hidden") in ("1", "true"):
            hidden.append((whole(column.get("min")), whole(column.get("max"))))
    merged = [
        _area(item.get("ref") or "") for item in root.iterfind(f"{namespace}mergeCells/{namespace}mergeCell")
    ]
    return Surroundings(tuple(hidden), tuple(merged))


def _area(reference: str) -> Area:
    corners = [_REFERENCE.fullmatch(corner) for corner in reference.split(":")]
    if len(corners) not in (1, 2) or None in corners:
        raise RefusalError("READ.UNREADABLE", f"неверный диапазон {reference[:30]!r}")
    places = [(int(c[2]), column_number(c[1])) for c in corners if c is not None]
    return Area(*places[0], *places[-1])
