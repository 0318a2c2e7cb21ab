"""A strict reader of XLSX workbooks: every non-empty cell with its address, type, formula and visibility.

Written for hostile input: parts come through the preflight, XML without DTD, rows, columns and cells are
counted while they are read. Checked cell by cell against openpyxl (tests/bad_files/test_differential.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import _lru_cache_wrapper, lru_cache
from typing import Literal, TypeVar
from xml.etree import ElementTree

from ingest.forms.contract import column_number
from ingest.readers.grid import (
    ACTIVE,
    BOOLEAN,
    DATE,
    ERROR,
    NO_VALUE,
    NUMBER,
    PERSONAL,
    TEXT,
    Area,
    Cell,
    Grid,
)
from ingest.readers.limits import ReaderLimits
from ingest.readers.number_format import format_kind, serial_to_iso
from ingest.readers.personal_data import looks_personal
from ingest.readers.preflight import Package
from ingest.readers.rules import RefusalError
from ingest.readers.xml_parts import SheetPart, main_namespace, parse_part

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OFFICE_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_EXCEL_ROWS, _EXCEL_COLUMNS = 1_048_576, 16_384
# Formulas that reach outside the file: links, web services, dynamic data exchange, other workbooks.
_REACHING_OUT = re.compile(
    r"\b(?:HYPERLINK|WEBSERVICE|FILTERXML|RTD|CALL|REGISTER\.ID)\s*\(|\|\s*'|(?<![\w\]])\[\d+\]",
    re.IGNORECASE,
)
_REMEMBERED_BYTES = 64 * 1024

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """One sheet as the workbook lists it."""

    name: str
    part: str
    visibility: Literal["visible", "hidden", "veryHidden"]


@dataclass(frozen=True, slots=True)
class _Frame:
    sheets: tuple[SheetEntry, ...]
    is_1904: bool
    strings_part: str | None
    styles_part: str | None


class XlsxWorkbook:
    """An opened workbook; sheets are read when asked for.

    Raises :class:`RefusalError` for anything that is not a plain workbook.
    """

    def __init__(self, package: Package, limits: ReaderLimits) -> None:
        self._package = package
        self._limits = limits
        main = _workbook_part(package, limits)
        relations = f"{main.rpartition('/')[0]}/_rels/{main.rpartition('/')[2]}.rels".lstrip("/")
        self._frame = _remembered(_frame, package.read(main), package.read(relations), main, limits)
        self._cells_left = limits.cells
        styles = self._frame.styles_part
        self._formats: tuple[str, ...] = (
            _remembered(_cell_formats, package.read(styles), limits) if styles and styles in package else ()
        )
        strings = self._frame.strings_part
        self._strings: list[Cell] = (
            _shared_strings(package.read(strings), limits) if strings and strings in package else []
        )

    @property
    def sheets(self) -> tuple[SheetEntry, ...]:
        """All sheets in the order of the tabs."""
        return self._frame.sheets

    def grid(self, sheet: SheetEntry) -> Grid:
        """Reads one sheet."""
        source = SheetPart(self._package.read(sheet.part), sheet.part, self._limits)
        grid = Grid(sheet=sheet.name, visibility=sheet.visibility)
        _RowReader(self._strings, self._formats, self._frame.is_1904, self._limits, self._cells_left).read(
            source, grid
        )
        self._cells_left -= grid.cell_count
        for column in source.children("cols"):
            if column.get("hidden") in ("1", "true"):
                first, last = _whole(column.get("min")), _whole(column.get("max"))
                grid.hidden_columns.update(range(first, min(last, self._limits.columns) + 1))
        for merged in source.children("mergeCells"):
            grid.merged.append(_area(merged.get("ref") or ""))
        return grid


class _RowReader:
    """Turns ``row`` elements into cells. One object per sheet; the loop is what a whole batch waits for."""

    def __init__(
        self,
        strings: list[Cell],
        formats: tuple[str, ...],
        is_1904: bool,
        limits: ReaderLimits,
        cells_left: int,
    ) -> None:
        self.strings = strings
        self.formats = formats
        self.is_1904 = is_1904
        self.limits = limits
        self.cells_left = cells_left
        self.numbers: dict[tuple[str | None, str], Cell] = {}
        self.columns: dict[str, int] = {}
        self.shared: dict[str, str] = {}

    def read(self, source: SheetPart, grid: Grid) -> None:
        row_no = 0
        for row in source.rows():
            given = row.get("r")
            following = row_no + 1 if given is None else _whole(given)
            if following <= row_no:
                raise RefusalError("READ.UNREADABLE", f"на листе «{grid.sheet}» строки идут не по порядку")
            row_no = following
            cells = self._cells(row, row_no, source.namespace)
            if row.get("hidden") in ("1", "true"):
                grid.hidden_rows.add(row_no)
            if not cells:
                continue
            if row_no > self.limits.rows:
                raise RefusalError(
                    "READ.LIMIT",
                    f"на листе «{grid.sheet}» данные в строке {row_no}",
                    f"до {self.limits.rows} строк",
                )
            self.cells_left -= len(cells)
            if self.cells_left < 0:
                raise RefusalError("READ.LIMIT", "слишком много ячеек", f"до {self.limits.cells} ячеек")
            grid.rows[row_no] = cells

    def _cells(self, row: ElementTree.Element, row_no: int, namespace: str) -> dict[int, Cell]:
        found: dict[int, Cell] = {}
        column = 0
        columns, strings, numbers = self.columns, self.strings, self.numbers
        row_text = str(row_no)
        tail = len(row_text)
        cell_tag, value_tag = namespace + "c", namespace + "v"
        for element in row:
            if element.tag != cell_tag:
                continue
            attributes = element.attrib
            reference = attributes.get("r")
            if reference is None:
                column += 1
            else:
                letters = reference[:-tail]
                known = columns.get(letters)
                if known is None or not reference.endswith(row_text):
                    known = self._column(reference, row_text)
                column = known
            if not len(element):
                continue
            first = element[0]
            if first.tag == value_tag and len(element) == 1:
                text = first.text
                if not text:
                    continue
                kind = attributes.get("t")
                if kind == "s":
                    try:
                        cell = strings[int(text)]
                    except (ValueError, IndexError):
                        raise RefusalError("READ.UNREADABLE", "в файле потеряны тексты ячеек") from None
                    if cell.text or cell.kind == PERSONAL:
                        self._put(found, column, cell)
                    continue
                if kind is None or kind == "n":
                    key = (attributes.get("s"), text)
                    number = numbers.get(key)
                    if number is None:
                        number = numbers[key] = self._number(*key)
                    self._put(found, column, number)
                    continue
            other = self._uncommon(element, namespace)
            if other is not None:
                self._put(found, column, other)
        return found

    def _put(self, found: dict[int, Cell], column: int, cell: Cell) -> None:
        if column > self.limits.columns:
            raise RefusalError(
                "READ.LIMIT", f"данные в столбце № {column}", f"до {self.limits.columns} столбцов"
            )
        if column in found:
            raise RefusalError("READ.UNREADABLE", "одна и та же ячейка записана в файле дважды")
        found[column] = cell

    def _column(self, reference: str, row_text: str) -> int:
        match = _REFERENCE.fullmatch(reference)
        if match is None or match[2] != row_text:
            raise RefusalError("READ.UNREADABLE", f"неверный адрес ячейки {reference[:20]!r}")
        number = column_number(match[1])
        if number > _EXCEL_COLUMNS:
            raise RefusalError("READ.UNREADABLE", f"неверный адрес ячейки {reference!r}")
        self.columns[match[1]] = number
        return number

    def _number(self, style: str | None, text: str) -> Cell:
        kind = NUMBER
        if style is not None:
            try:
                kind = self.formats[int(style)]
            except (ValueError, IndexError):
                kind = NUMBER
        if kind == DATE:
            iso = serial_to_iso(text, self.is_1904)
            return Cell(NUMBER, text) if iso is None else Cell(DATE, iso)
        return Cell(kind, text)

    def _uncommon(self, element: ElementTree.Element, namespace: str) -> Cell | None:
        """Formulas, errors, booleans, texts in place."""
        kind = element.get("t", "n")
        formula_element = element.find(namespace + "f")
        formula = None if formula_element is None else self._formula(formula_element)
        text = element.findtext(namespace + "v") or ""
        if formula is not None and _REACHING_OUT.search(formula):
            return Cell(ACTIVE, f"={formula}", formula)
        if kind == "inlineStr":
            inline = element.find(namespace + "is")
            text = "" if inline is None else _string(inline, namespace)
            return _text_cell(text, formula) if text else None
        if not text:
            return None if formula is None else Cell(NO_VALUE, "", formula)
        if kind == "n":
            number = self._number(element.get("s"), text)
            return Cell(number.kind, number.text, formula)
        if kind == "s":
            try:
                shared = self.strings[int(text)]
            except (ValueError, IndexError):
                raise RefusalError("READ.UNREADABLE", "в файле потеряны тексты ячеек") from None
            return Cell(shared.kind, shared.text, formula)
        if kind == "str":
            return _text_cell(_unescaped(text), formula)
        if kind == "b":
            return Cell(BOOLEAN, "1" if text in ("1", "true") else "0", formula)
        if kind == "e":
            return Cell(ERROR, text, formula)
        if kind == "d":
            return Cell(DATE, text.removesuffix("Z").removesuffix("T00:00:00"), formula)
        raise RefusalError("READ.UNREADABLE", f"неизвестный вид ячейки {kind[:20]!r}")

    def _formula(self, element: ElementTree.Element) -> str:
        text = element.text or ""
        if element.get("t") == "shared":
            group = element.get("si", "")
            if text:
                self.shared[group] = text
            else:
                text = self.shared.get(group, "")
        return text


def _workbook_part(package: Package, limits: ReaderLimits) -> str:
    content_types = package.read("[Content_Types].xml")
    if b"macroEnabled" in content_types:
        raise RefusalError("READ.MACROS", "макросы")
    package.refuse_active_content()
    return _remembered(_main_target, package.read("_rels/.rels"), limits)


@lru_cache(maxsize=16)
def _main_target(content: bytes, limits: ReaderLimits) -> str:
    for relation in parse_part(content, "_rels/.rels", limits).iter(_RELATION):
        if relation.get("Type") in (f"{_OFFICE}/officeDocument", f"{_OFFICE_STRICT}/officeDocument"):
            return _inside("", relation.get("Target") or "")
    raise RefusalError("READ.UNREADABLE", "внутри нет книги Excel")


@lru_cache(maxsize=16)
def _frame(content: bytes, relations: bytes, main: str, limits: ReaderLimits) -> _Frame:
    root = parse_part(content, main, limits)
    namespace = main_namespace(root, main)
    folder = main.rpartition("/")[0]
    targets: dict[str, str] = {}
    strings = styles = None
    for relation in parse_part(relations, "workbook.xml.rels", limits).iter(_RELATION):
        kind = (relation.get("Type") or "").rpartition("/")[2]
        if relation.get("TargetMode") == "External":
            raise RefusalError("READ.ACTIVE_CONTENT", "связи с другими файлами")
        target = _inside(folder, relation.get("Target") or "")
        if kind == "worksheet":
            targets[relation.get("Id") or ""] = target
        elif kind == "sharedStrings":
            strings = target
        elif kind == "styles":
            styles = target
    properties = root.find(f"{namespace}workbookPr")
    is_1904 = properties is not None and properties.get("date1904") in ("1", "true")
    sheets = []
    names: set[str] = set()
    for sheet in root.iter(f"{namespace}sheet"):
        name = sheet.get("name") or ""
        if name.casefold() in names:
            raise RefusalError("READ.UNREADABLE", f"два листа с именем «{name[:40]}»")
        names.add(name.casefold())
        identity = sheet.get(f"{{{_OFFICE}}}id") or sheet.get(f"{{{_OFFICE_STRICT}}}id") or ""
        state = sheet.get("state", "visible")
        # Chart sheets and dialogs have no cells.
        if identity in targets and state in ("visible", "hidden", "veryHidden"):
            sheets.append(SheetEntry(name, targets[identity], state))  # type: ignore[arg-type]
    if not sheets:
        raise RefusalError("READ.UNREADABLE", "в книге нет листов")
    return _Frame(tuple(sheets), is_1904, strings, styles)


def _inside(folder: str, target: str) -> str:
    """A relation's target as a part name; refuses one that leaves the package."""
    path = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}".lstrip("/")
    parts: list[str] = []
    for step in path.split("/"):
        if step == "..":
            if not parts:
                raise RefusalError("READ.UNREADABLE", "ссылка внутри книги ведёт за её пределы")
            parts.pop()
        elif step not in ("", "."):
            parts.append(step)
    return "/".join(parts)


@lru_cache(maxsize=16)
def _cell_formats(content: bytes, limits: ReaderLimits) -> tuple[str, ...]:
    """NUMBER, DATE or PERCENT for every cell style of the workbook."""
    root = parse_part(content, "styles.xml", limits)
    namespace = main_namespace(root, "styles.xml")
    codes = {
        _whole(item.get("numFmtId")): item.get("formatCode") or ""
        for item in root.iterfind(f"{namespace}numFmts/{namespace}numFmt")
    }
    kinds = []
    for style in root.iterfind(f"{namespace}cellXfs/{namespace}xf"):
        number_format = _whole(style.get("numFmtId", "0"))
        kinds.append(format_kind(number_format, codes.get(number_format)))
    return tuple(kinds)


def _shared_strings(content: bytes, limits: ReaderLimits) -> list[Cell]:
    root = parse_part(content, "sharedStrings.xml", limits)
    namespace = main_namespace(root, "sharedStrings.xml")
    plain = namespace + "t"
    cells = []
    for item in root.iterfind(f"{namespace}si"):
        if len(item) == 1 and item[0].tag == plain:
            text = item[0].text or ""
            if "_x" in text:
                text = _unescaped(text)
        else:
            text = _string(item, namespace)
        cells.append(_text_cell(text))
    return cells


def _string(item: ElementTree.Element, namespace: str) -> str:
    """Text of a string item: plain or in runs, without phonetic readings."""
    plain, run = namespace + "t", namespace + "r"
    parts: list[str] = []
    for child in item:
        if child.tag == plain:
            parts.append(child.text or "")
        elif child.tag == run:
            parts.append(child.findtext(plain) or "")
    return _unescaped("".join(parts))


def _text_cell(text: str, formula: str | None = None) -> Cell:
    if looks_personal(text):
        return Cell(PERSONAL, "")
    return Cell(TEXT, text, formula)


def _unescaped(text: str) -> str:
    """Office writes what XML cannot hold as _xHHHH_."""
    return _ESCAPE.sub(lambda m: chr(int(m[1], 16)), text) if "_x" in text else text


def _area(reference: str) -> Area:
    corners = [_REFERENCE.fullmatch(corner) for corner in reference.split(":")]
    if len(corners) not in (1, 2) or None in corners:
        raise RefusalError("READ.UNREADABLE", f"неверный диапазон {reference[:30]!r}")
    places = [(int(c[2]), column_number(c[1])) for c in corners if c is not None]
    return Area(*places[0], *places[-1])


def _whole(text: str | None) -> int:
    if text is None or not text.isascii() or not text.isdecimal() or len(text) > 7:
        raise RefusalError("READ.UNREADABLE", "в описании листа неверное число")
    number = int(text)
    if number > _EXCEL_ROWS:
        raise RefusalError("READ.UNREADABLE", "в описании листа неверное число")
    return number


def _remembered(function: _lru_cache_wrapper[T], content: bytes, *rest: object) -> T:
    """Files made from one template share these parts byte by byte; only small ones are worth keeping."""
    if len(content) > _REMEMBERED_BYTES:
        return function.__wrapped__(content, *rest)
    return function(content, *rest)  # type: ignore[arg-type]
