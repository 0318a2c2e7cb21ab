"""ODS (OpenDocument): the part ``content.xml``, as far as calamine leaves things out.

A repeated row or cell is written once with a counter, and the counter is believed only within the limits: two
hundred bytes may claim seventeen thousand million cells.
"""

from __future__ import annotations

from xml.etree import ElementTree

from ingest.readers.cell_builder import reaches_out
from ingest.readers.grid import (
    ACTIVE,
    BOOLEAN,
    DATE,
    ERROR,
    NO_VALUE,
    NUMBER,
    PERCENT,
    TEXT,
    Area,
    Cell,
    printable,
)
from ingest.readers.legacy_sheet import TEXT_HERE, CellCounter, LegacySheet
from ingest.readers.limits import ReaderLimits
from ingest.readers.preflight import Package
from ingest.readers.rules import RefusalError
from ingest.readers.xml_parts import parts_of, refuse_dtd

_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _OFFICE, _TEXT = (f"{{{_NAMES}{name}:1.0}}" for name in ("table", "office", "text"))
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_SHEET, _ROW, _COLUMN = f"{_TABLE}table", f"{_TABLE}table-row", f"{_TABLE}table-column"
_CELLS = frozenset({f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"})
_PARAGRAPH = f"{_TEXT}p"
_NUMBERS = {"float": NUMBER, "currency": NUMBER, "percentage": PERCENT}
_BOOLEANS = {"TRUE()": "1", "FALSE()": "0"}
_LINKS = frozenset({f"{_TABLE}table-source", f"{_OFFICE}dde-source", f"{_TABLE}dde-link"})
_MOST_ROWS = 1_048_576


def read_ods_content(package: Package, limits: ReaderLimits) -> list[LegacySheet]:
    """The sheets of an ODS file; texts are left to calamine. Raises :class:`RefusalError`."""
    _refuse_active(package)
    content = package.read("content.xml")
    refuse_dtd(content, "content.xml")
    reader = _Content(limits)
    for event, element in parts_of(content, "content.xml"):
        reader.take(event, element)
    if not reader.sheets:
        raise RefusalError("READ.UNREADABLE", "в книге нет листов")
    return reader.sheets


def _refuse_active(package: Package) -> None:
    names = package.names()
    if "meta-inf/manifest.xml" in package and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise RefusalError("READ.PASSWORD", "файл с паролем")
    if any(name.startswith(("basic/", "scripts/")) for name in names):
        raise RefusalError("READ.MACROS", "макросы")
    if any(name.startswith("object ") for name in names):
        raise RefusalError("READ.ACTIVE_CONTENT", "внедрённые объекты")
    if "content.xml" not in package:
        raise RefusalError("READ.UNREADABLE", "внутри нет части content.xml")


class _Content:
    """Takes the events of the XML parser one by one; a row is emptied as soon as it is understood."""

    def __init__(self, limits: ReaderLimits) -> None:
        self.sheets: list[LegacySheet] = []
        self._limits = limits
        self._counter = CellCounter(limits)
        self._open_sheets = 0
        self._row = 0
        self._column = 0

    def take(self, event: str, element: ElementTree.Element) -> None:
        """One start or end of a tag."""
        tag = element.tag
        if event == "start":
            if tag == _SHEET:
                self._open_sheets += 1
                if self._open_sheets > 1:
                    raise RefusalError("READ.UNREADABLE", "внутри ячейки вложена другая таблица")
                self.sheets.append(LegacySheet(element.get(f"{_TABLE}name") or ""))
                self._row = self._column = 0
            elif tag in _LINKS:
                raise RefusalError("READ.ACTIVE_CONTENT", "связи с другими файлами")
        elif tag == _SHEET:
            self._open_sheets -= 1
        elif self._open_sheets and tag == _COLUMN:
            self._take_column(element)
        elif self._open_sheets and tag == _ROW:
            self._take_row(element)
            element.clear()

    def _take_column(self, element: ElementTree.Element) -> None:
        count = _times(element, "number-columns-repeated")
        if _is_hidden(element):
            last = min(self._column + count, self._limits.columns)
            self.sheets[-1].hidden_columns.update(range(self._column + 1, last + 1))
        self._column += count

    def _take_row(self, element: ElementTree.Element) -> None:
        sheet = self.sheets[-1]
        times = _times(element, "number-rows-repeated")
        cells: list[tuple[int, Cell]] = []
        column = 0
        for child in element:
            if child.tag not in _CELLS:
                continue
            repeated = _times(child, "number-columns-repeated")
            cell = _cell(child)
            if cell is not None:
                # One more than allowed is enough to be refused by the counter.
                last = min(column + repeated, self._limits.columns + 1)
                cells += [(at, cell) for at in range(column + 1, max(last, column + 1) + 1)]
                self._take_merged(child, column + 1)
            column += repeated
        for row in range(self._row + 1, self._row + times + 1) if cells else ():
            for at, cell in cells:
                self._counter.add(sheet, row, at, cell)
        if _is_hidden(element) and cells:
            sheet.hidden_rows.update(range(self._row + 1, self._row + times + 1))
        self._row += times

    def _take_merged(self, element: ElementTree.Element, column: int) -> None:
        rows, columns = _times(element, "number-rows-spanned"), _times(element, "number-columns-spanned")
        if rows > 1 or columns > 1:
            area = Area(self._row + 1, column, self._row + rows, column + columns - 1)
            self.sheets[-1].merged.append(area)


def _cell(element: ElementTree.Element) -> Cell | None:  # noqa: PLR0911 - one per kind
    formula = element.get(f"{_TABLE}formula")
    kind = element.get(f"{_OFFICE}value-type")
    if formula is not None:
        formula = formula.partition(":=")[2] or formula.lstrip("=")
        if reaches_out(formula):
            return Cell(ACTIVE, f"={formula}", formula)
    shown = element.findtext(_PARAGRAPH) or ""
    if element.get(f"{_CALC}value-type") == "error" or (
        formula is not None and shown.startswith(("#", "Err:"))
    ):
        return Cell(ERROR, printable(shown) or "#N/A", formula)
    if kind is None or (formula is not None and kind == "string" and not shown):
        return None if formula is None else Cell(NO_VALUE, "", formula)
    if formula in _BOOLEANS:
        return Cell(BOOLEAN, _BOOLEANS[formula], formula)  # how LibreOffice keeps a plain ИСТИНА or ЛОЖЬ
    if kind in _NUMBERS:
        return Cell(_NUMBERS[kind], element.get(f"{_OFFICE}value") or "", formula)
    if kind == "date":
        value = element.get(f"{_OFFICE}date-value") or ""
        return Cell(DATE, value.removesuffix("Z").removesuffix("T00:00:00"), formula)
    if kind == "boolean":
        return Cell(BOOLEAN, "1" if element.get(f"{_OFFICE}boolean-value") == "true" else "0", formula)
    if kind == "time":
        return Cell(TEXT, printable(shown), formula)
    if not "".join(element.itertext()):
        return None
    return Cell(TEXT_HERE.kind, TEXT_HERE.text, formula)


def _times(element: ElementTree.Element, name: str) -> int:
    """A counter of repetitions or of merged cells: 1 where there is none."""
    text = element.get(f"{_TABLE}{name}", "1")
    if not text.isascii() or not text.isdecimal() or len(text) > 8 or not 1 <= int(text) <= _MOST_ROWS:
        raise RefusalError("READ.UNREADABLE", "в описании листа неверное число")
    return int(text)


def _is_hidden(element: ElementTree.Element) -> bool:
    return element.get(f"{_TABLE}visibility") in ("collapse", "filter")
