"""Small writers of ODS and XLS for tests: any value at any address, written by other hands than the readers'.

XLS is BIFF8 ([MS-XLS]) in a compound file ([MS-CFB]) with sectors of 512 bytes; ODS is OpenDocument 1.2.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import openpyxl

from ingest.forms.filling import ErrorCell, Formula
from tests.bad_files.surgery import put_together

Value = str | int | float | bool | date | ErrorCell | Formula
# Sheet -> row and column from 1 -> value. A sheet whose name begins with _ is hidden.
Sheets = Mapping[str, Mapping[tuple[int, int], Value]]

_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
_HEAD = (
    f'<office:document-content xmlns:office="{_NAMES}office:1.0" xmlns:table="{_NAMES}table:1.0"'
    f' xmlns:text="{_NAMES}text:1.0" xmlns:style="{_NAMES}style:1.0"'
    ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    ' office:version="1.2"><office:automatic-styles>'
    '<style:style style:name="hidden" style:family="table">'
    '<style:table-properties table:display="false"/></style:style>'
    "</office:automatic-styles><office:body><office:spreadsheet>"
)
_TAIL = "</office:spreadsheet></office:body></office:document-content>"
_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
    ' manifest:version="1.2"/>'
)


def cells_of(workbook: bytes) -> dict[str, dict[tuple[int, int], Value]]:
    """The cells of an XLSX workbook, as openpyxl sees them; formulas with the values they last gave."""
    computed = openpyxl.load_workbook(io.BytesIO(workbook), data_only=True)
    sheets: dict[str, dict[tuple[int, int], Value]] = {}
    for sheet in openpyxl.load_workbook(io.BytesIO(workbook)).worksheets:
        here = sheets.setdefault(sheet.title, {})
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    value: Any = computed[sheet.title][cell.coordinate].value
                    if cell.data_type == "f":
                        value = Formula(str(cell.value)[1:], value)
                    here[cell.row, cell.column] = value.date() if isinstance(value, datetime) else value
    return sheets


def ods(sheets: Sheets) -> bytes:
    """An OpenDocument spreadsheet."""
    tables = []
    for name, cells in sheets.items():
        style = ' table:style-name="hidden"' if name.startswith("_") else ""
        rows = "".join(_ods_row(cells, row) for row in range(1, _last_row(cells) + 1))
        tables.append(f"<table:table table:name={quoteattr(name)}{style}>{rows}</table:table>")
    return put_together(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f"{_HEAD}{''.join(tables)}{_TAIL}".encode(),
            "META-INF/manifest.xml": _MANIFEST.encode(),
        }
    )


def _last_row(cells: Mapping[tuple[int, int], Value]) -> int:
    return max((row for row, _ in cells), default=1)


def _ods_row(cells: Mapping[tuple[int, int], Value], row: int) -> str:
    last = max((column for at, column in cells if at == row), default=1)
    written = (_ods_cell(cells.get((row, column))) for column in range(1, last + 1))
    return f"<table:table-row>{''.join(written)}</table:table-row>"


def _ods_cell(value: Value | None) -> str:
    formula = ""
    if isinstance(value, Formula):
        formula, value = f' table:formula="of:={escape(value.text)}"', value.cached
        if value is None:
            return f"<table:table-cell{formula}/>"
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, ErrorCell):
        kind, shown = 'office:value-type="string" calcext:value-type="error"', value.code
        formula = ' table:formula="of:=1/0"'
    elif isinstance(value, bool):
        kind, shown = f'office:value-type="boolean" office:boolean-value="{str(value).lower()}"', "?"
    elif isinstance(value, int | float):
        kind, shown = f'office:value-type="float" office:value="{value!r}"', str(value)
    elif isinstance(value, date):
        kind, shown = f'office:value-type="date" office:date-value="{value.isoformat()}"', str(value)
    else:
        kind, shown = 'office:value-type="string"', value
    return f"<table:table-cell{formula} {kind}><text:p>{_spaced(shown)}</text:p></table:table-cell>"


def _spaced(text: str) -> str:
    """Every space as an element: as characters, several count for one."""
    return escape(text).replace(" ", "<text:s/>")


_BLANK_STYLE = struct.pack("<2H", 0, 0) + bytes(16)
_DATE_STYLE = struct.pack("<2H", 0, 14) + bytes(16)
_ERRORS = {"#NULL!": 0x00, "#DIV/0!": 0x07, "#VALUE!": 0x0F, "#REF!": 0x17, "#NAME?": 0x1D, "#N/A": 0x2A}
_ONE_AND_ONE = b"\x1e\x01\x00\x1e\x01\x00\x03"
_EPOCH = datetime(1899, 12, 30)


def xls(sheets: Sheets) -> bytes:
    """A workbook of Excel 97–2003."""
    bodies = [_xls_sheet(cells) for cells in sheets.values()]
    before = _record(0x0809, struct.pack("<4H2I", 0x0600, 5, 0, 1997, 0, 6))
    before += _record(0x0042, struct.pack("<H", 1200))
    before += _record(0x00E0, _BLANK_STYLE) + _record(0x00E0, _DATE_STYLE)
    listed = sum(len(_sheet_entry(name, 0)) for name in sheets)
    offset = len(before) + listed + len(_record(0x000A))
    entries = b""
    for name, body in zip(sheets, bodies, strict=True):
        entries += _sheet_entry(name, offset)
        offset += len(body)
    return _compound_file(before + entries + _record(0x000A) + b"".join(bodies))


def _record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<2H", kind, len(body)) + body


def _sheet_entry(name: str, offset: int) -> bytes:
    head = struct.pack("<I2B", offset, 1 if name.startswith("_") else 0, 0)
    return _record(0x0085, head + struct.pack("<2B", len(name), 1) + name.encode("utf-16-le"))


def _xls_sheet(cells: Mapping[tuple[int, int], Value]) -> bytes:
    written = [_xls_cell(row - 1, column - 1, value) for (row, column), value in sorted(cells.items())]
    first = _record(0x0809, struct.pack("<4H2I", 0x0600, 0x10, 0, 1997, 0, 6))
    return first + b"".join(written) + _record(0x000A)


def _xls_cell(row: int, column: int, value: Value) -> bytes:
    place = struct.pack("<3H", row, column, 0)
    if isinstance(value, Formula):
        if value.cached is None:
            result = b"\x03\x00\x00\x00\x00\x00\xff\xff"
        else:
            result = struct.pack("<d", float(str(value.cached)))
        tokens = struct.pack("<H", len(_ONE_AND_ONE)) + _ONE_AND_ONE
        return _record(0x0006, place + result + bytes(6) + tokens)
    if isinstance(value, ErrorCell):
        return _record(0x0205, place + bytes([_ERRORS[value.code], 1]))
    if isinstance(value, bool):
        return _record(0x0205, place + bytes([value, 0]))
    if isinstance(value, int | float):
        return _record(0x0203, place + struct.pack("<d", float(value)))
    if isinstance(value, date):
        days = (datetime(value.year, value.month, value.day) - _EPOCH).days
        return _record(0x0203, struct.pack("<3Hd", row, column, 1, float(days)))
    text = value.encode("utf-16-le")
    return _record(0x0204, place + struct.pack("<HB", len(text) // 2, 1) + text)


_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def _compound_file(stream: bytes) -> bytes:
    """One stream «Workbook»: the table of sectors first, then the directory, then the stream."""
    stream = stream.ljust(4096, b"\x00")  # a smaller one would have to be kept in small sectors
    sectors = -(-len(stream) // 512)
    tables = -(-(sectors + 2) // 127)  # a table of 128 numbers also counts itself
    chain = [*range(tables + 2, tables + 1 + sectors), _END]
    numbers = [_TABLE] * tables + [_END] + chain
    numbers += [_FREE] * (tables * 128 - len(numbers))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, tables, tables, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<109I", *[*range(tables), *[_FREE] * (109 - tables)])
    directory = _entry("Root Entry", 5, _END, 0, child=1) + _entry("Workbook", 2, tables + 1, len(stream))
    table = struct.pack(f"<{len(numbers)}I", *numbers)
    return header + table + directory.ljust(512, b"\x00") + stream.ljust(sectors * 512, b"\x00")


def _entry(name: str, kind: int, start: int, size: int, child: int = _FREE) -> bytes:
    written = name.encode("utf-16-le") + b"\x00\x00"
    head = written.ljust(64, b"\x00") + struct.pack("<H2B3I", len(written), kind, 1, _FREE, _FREE, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)
