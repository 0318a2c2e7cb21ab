"""A strict reader of XLSX workbooks: every non-empty cell with its address, type, formula and visibility.

Written for hostile input: parts come through the preflight, XML without DTD, rows, columns and cells are
counted while they are read. Checked cell by cell against openpyxl (tests/bad_files/test_differential.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from ingest.readers.cell_builder import CellBuilder
from ingest.readers.grid import Cell, Grid
from ingest.readers.limits import ReaderLimits
from ingest.readers.number_format import format_kind
from ingest.readers.preflight import Package
from ingest.readers.rules import RefusalError
from ingest.readers.shared_strings import shared_strings
from ingest.readers.sheet_rows import RowReader
from ingest.readers.xml_parts import main_namespace, parse_part, remembered, whole

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OFFICE_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


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
        self._frame = remembered(_frame, package.read(main), package.read(relations), main, limits)
        self._cells_left = limits.cells
        styles = self._frame.styles_part
        formats: tuple[str, ...] = ()
        if styles is not None and styles in package:
            formats = remembered(_cell_formats, package.read(styles), limits)
        strings = self._frame.strings_part
        texts: list[Cell] = []
        if strings is not None and strings in package:
            texts = shared_strings(package.read(strings), limits)
        self._builder = CellBuilder(texts, formats, self._frame.is_1904)

    @property
    def sheets(self) -> tuple[SheetEntry, ...]:
        """All sheets in the order of the tabs."""
        return self._frame.sheets

    def grid(self, sheet: SheetEntry) -> Grid:
        """Reads one sheet."""
        grid = Grid(sheet=sheet.name, visibility=sheet.visibility)
        reader = RowReader(self._builder, self._limits, self._cells_left)
        surroundings = reader.read(self._package.read(sheet.part), sheet.part, grid)
        self._cells_left -= grid.cell_count
        for first, last in surroundings.hidden_columns:
            grid.hidden_columns.update(range(first, min(last, self._limits.columns) + 1))
        grid.merged.extend(surroundings.merged)
        return grid


def _workbook_part(package: Package, limits: ReaderLimits) -> str:
    content_types = package.read("[Content_Types].xml")
    if b"macroEnabled" in content_types:
        raise RefusalError("READ.MACROS", "макросы")
    package.refuse_active_content()
    return remembered(_main_target, package.read("_rels/.rels"), limits)


@lru_cache(maxsize=128)
def _main_target(content: bytes, limits: ReaderLimits) -> str:
    for relation in parse_part(content, "_rels/.rels", limits).iter(_RELATION):
        if relation.get("Type") in (f"{_OFFICE}/officeDocument", f"{_OFFICE_STRICT}/officeDocument"):
            return _inside("", relation.get("Target") or "")
    raise RefusalError("READ.UNREADABLE", "внутри нет книги Excel")


@lru_cache(maxsize=128)
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


@lru_cache(maxsize=128)
def _cell_formats(content: bytes, limits: ReaderLimits) -> tuple[str, ...]:
    """NUMBER, DATE or PERCENT for every cell style of the workbook."""
    root = parse_part(content, "styles.xml", limits)
    namespace = main_namespace(root, "styles.xml")
    codes = {
        whole(item.get("numFmtId")): item.get("formatCode") or ""
        for item in root.iterfind(f"{namespace}numFmts/{namespace}numFmt")
    }
    kinds = []
    for style in root.iterfind(f"{namespace}cellXfs/{namespace}xf"):
        number_format = whole(style.get("numFmtId", "0"))
        kinds.append(format_kind(number_format, codes.get(number_format)))
    return tuple(kinds)
