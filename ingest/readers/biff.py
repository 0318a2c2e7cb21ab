"""XLS (BIFF8, Excel 97–2003): the records of the stream ``Workbook``, as far as calamine leaves things out.

[MS-XLS] names: FORMULA keeps its cached value in eight bytes, ROW and COLINFO say what is hidden, XF and
FORMAT what a number means, FILEPASS that the rest is encrypted.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from ingest.readers.cell_builder import number_cell
from ingest.readers.compound_file import CompoundFile
from ingest.readers.grid import ACTIVE, BOOLEAN, ERROR, NO_VALUE, NUMBER, Cell
from ingest.readers.legacy_sheet import TEXT_HERE, CellCounter, LegacySheet, number_text
from ingest.readers.limits import ReaderLimits
from ingest.readers.number_format import format_kind
from ingest.readers.rules import RefusalError

_BOF, _EOF, _FILEPASS, _DATEMODE, _BOUNDSHEET = 0x0809, 0x000A, 0x002F, 0x0022, 0x0085
_FORMAT, _XF, _SUPBOOK, _ROW, _COLINFO = 0x041E, 0x00E0, 0x01AE, 0x0208, 0x007D
_FORMULA, _NUMBER, _RK, _MULRK, _BOOLERR = 0x0006, 0x0203, 0x027E, 0x00BD, 0x0205
_TEXTS = frozenset({0x00FD, 0x0204, 0x00D6})  # LABELSST, LABEL, RSTRING
_BIFF8, _WORKSHEET_STREAM, _GLOBALS = 0x0600, 0x0010, 0x0005
_OWN_BOOK, _ADD_INS = b"\x01\x04", b"\x01\x3a"
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
# A call of HYPERLINK (function 359) among the tokens of a formula.
_HYPERLINK = re.compile(rb"[\x22\x42\x62].\x67\x01", re.DOTALL)
_COMPUTE_ON_LOAD = 0x02
_ONE_BOOLEAN = b"\x02\x00\x1d"  # two bytes of tokens, the first says: TRUE or FALSE follows
_UNKNOWN_FORMULA = "…"  # tokens are not turned back into text
_FOREIGN_STREAMS = {"WordDocument": "документ Word", "PowerPoint Document": "презентация"}

Record = tuple[int, bytes]


def read_biff(data: bytes, limits: ReaderLimits) -> list[LegacySheet]:
    """The worksheets of an XLS file; texts are left to calamine. Raises :class:`RefusalError`."""
    records = list(_records(_workbook_stream(CompoundFile(data)), limits))
    formats, is_1904, places = _globals(records)
    sheets = []
    counter = CellCounter(limits)
    positions = {offset: index for index, (offset, _, _) in enumerate(records)}
    for name, offset in places:
        if offset not in positions:
            raise _damaged()
        sheet = LegacySheet(name)
        _Sheet(sheet, formats, is_1904, counter).read([record[1:] for record in records[positions[offset] :]])
        sheets.append(sheet)
    return sheets


def _workbook_stream(container: CompoundFile) -> bytes:
    names = container.names()
    if "EncryptedPackage" in names:
        raise RefusalError("READ.PASSWORD", "файл с паролем")
    for name, what in _FOREIGN_STREAMS.items():
        if name in names:
            raise RefusalError("READ.FORMAT", what, "таблица Excel")
    if "_VBA_PROJECT_CUR" in names or "_VBA_PROJECT" in names:
        raise RefusalError("READ.MACROS", "макросы")
    if any(name.startswith("MBD") or name == "ObjectPool" for name in names):
        raise RefusalError("READ.ACTIVE_CONTENT", "внедрённые объекты")
    if "Workbook" not in names:
        what = "таблица Excel 95 или старше" if "Book" in names else "неизвестный документ"
        raise RefusalError("READ.FORMAT", what, "книга Excel (*.xlsx)")
    return container.stream("Workbook")


def _records(stream: bytes, limits: ReaderLimits) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    count = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<2H", stream, at)
        if at + 4 + length > len(stream):
            raise _damaged()
        if kind:
            yield at, kind, stream[at + 4 : at + 4 + length]
        count += 1
        if count > 2 * limits.cells + 100_000:
            raise RefusalError("READ.LIMIT", "слишком много записей", f"до {limits.cells} ячеек")
        at += 4 + length


def _globals(records: list[tuple[int, int, bytes]]) -> tuple[list[str], bool, list[tuple[str, int]]]:
    """Kinds of numbers by cell style, the date system, and worksheets with their places in the stream."""
    if not records or records[0][1] != _BOF:
        raise _damaged()
    if struct.unpack_from("<H", records[0][2])[0] != _BIFF8:
        raise RefusalError("READ.FORMAT", "таблица Excel 95 или старше", "книга Excel (*.xlsx)")
    codes: dict[int, str] = {}
    styles: list[int] = []
    sheets: list[tuple[str, int]] = []
    is_1904 = False
    for _, kind, body in records:
        if kind == _EOF:
            break
        if kind == _FILEPASS:
            raise RefusalError("READ.PASSWORD", "файл с паролем")
        if kind == _DATEMODE:
            is_1904 = body[:1] == b"\x01"
        elif kind == _FORMAT:
            codes[struct.unpack_from("<H", body)[0]] = _text(body, 2, 2)
        elif kind == _XF:
            styles.append(struct.unpack_from("<H", body, 2)[0])
        elif kind == _SUPBOOK and body[2:4] not in (_OWN_BOOK, _ADD_INS):
            raise RefusalError("READ.ACTIVE_CONTENT", "связи с другими файлами")
        elif kind == _BOUNDSHEET:
            offset, _, sheet_kind = struct.unpack_from("<I2B", body)
            if sheet_kind in (1, 6):
                raise RefusalError("READ.MACROS", "макросы")
            if sheet_kind == 0:
                sheets.append((_text(body, 6, 1), offset))
    return [format_kind(style, codes.get(style)) for style in styles], is_1904, sheets


class _Sheet:
    """Reads the records of one worksheet."""

    def __init__(self, sheet: LegacySheet, formats: list[str], is_1904: bool, counter: CellCounter) -> None:
        self._sheet = sheet
        self._formats = formats
        self._is_1904 = is_1904
        self._counter = counter

    def read(self, records: list[Record]) -> None:
        """Reads from the sheet's first record to its last; charts inside it have no cells."""
        depth = 0
        for kind, body in records:
            if kind == _BOF:
                depth += 1
                if depth == 1 and struct.unpack_from("<H", body, 2)[0] != _WORKSHEET_STREAM:
                    raise _damaged()
            elif kind == _EOF:
                depth -= 1
                if depth <= 0:
                    return
            elif depth == 1:
                self._record(kind, body)
        raise _damaged()

    def _record(self, kind: int, body: bytes) -> None:
        if kind == _ROW:
            if body[12] & 0x20:
                self._sheet.hidden_rows.add(struct.unpack_from("<H", body)[0] + 1)
        elif kind == _COLINFO:
            first, last, _, _, flags = struct.unpack_from("<5H", body)
            if flags & 1:
                self._sheet.hidden_columns.update(range(first + 1, min(last, 255) + 2))
        elif kind == _MULRK:
            row, column = struct.unpack_from("<2H", body)
            for at in range(4, len(body) - 2, 6):
                style, packed = struct.unpack_from("<HI", body, at)
                self._add(row, column + (at - 4) // 6, self._number(style, _rk(packed)))
        elif kind in _TEXTS or kind in (_NUMBER, _RK, _BOOLERR, _FORMULA):
            row, column, style = struct.unpack_from("<3H", body)
            self._add(row, column, self._cell(kind, style, body))

    def _cell(self, kind: int, style: int, body: bytes) -> Cell:
        if kind == _NUMBER:
            return self._number(style, struct.unpack_from("<d", body, 6)[0])
        if kind == _RK:
            return self._number(style, _rk(struct.unpack_from("<I", body, 6)[0]))
        if kind == _BOOLERR:
            return _error(body[6]) if body[7] else Cell(BOOLEAN, "1" if body[6] else "0")
        return self._formula(style, body) if kind == _FORMULA else TEXT_HERE

    def _formula(self, style: int, body: bytes) -> Cell:
        if _HYPERLINK.search(body, 22):
            return Cell(ACTIVE, "=HYPERLINK(…)", _UNKNOWN_FORMULA)
        result = body[6:14]
        if result[6:] != b"\xff\xff":
            value = struct.unpack("<d", result)[0]
            # «Compute me when opening» beside 0: a program that did not compute wrote the formula.
            if value == 0 and body[14] & _COMPUTE_ON_LOAD:
                return Cell(NO_VALUE, "", _UNKNOWN_FORMULA)
            # LibreOffice writes a plain ЛОЖЬ as the formula =FALSE with the number 0.
            if body[20:23] == _ONE_BOOLEAN:
                return Cell(BOOLEAN, "1" if body[23] else "0", _UNKNOWN_FORMULA)
            cell = self._number(style, value)
        elif result[0] == 0:
            cell = TEXT_HERE
        elif result[0] == 1:
            cell = Cell(BOOLEAN, "1" if result[2] else "0")
        elif result[0] == 2:
            cell = _error(result[2])
        else:
            return Cell(NO_VALUE, "", _UNKNOWN_FORMULA)
        return Cell(cell.kind, cell.text, _UNKNOWN_FORMULA)

    def _number(self, style: int, value: float) -> Cell:
        kind = self._formats[style] if style < len(self._formats) else NUMBER
        return number_cell(kind, number_text(value), self._is_1904)

    def _add(self, row: int, column: int, cell: Cell) -> None:
        self._counter.add(self._sheet, row + 1, column + 1, cell)


def _error(code: int) -> Cell:
    return Cell(ERROR, _ERRORS.get(code, "#N/A"))


def _rk(packed: int) -> float:
    """A number packed into 32 bits: bit 0 divides by 100, bit 1 says integer."""
    if packed & 2:
        value = float(struct.unpack("<i", struct.pack("<I", packed))[0] >> 2)
    else:
        value = struct.unpack("<d", struct.pack("<II", 0, packed & 0xFFFFFFFC))[0]
    return value / 100 if packed & 1 else value


def _text(body: bytes, at: int, length_bytes: int) -> str:
    """A text with its length before it and a byte that says whether letters take one byte or two."""
    length = int.from_bytes(body[at : at + length_bytes], "little")
    start = at + length_bytes + 1
    if body[start - 1] & 1:
        return body[start : start + 2 * length].decode("utf-16-le", "replace")
    return body[start : start + length].decode("latin-1")


def _damaged() -> RefusalError:
    return RefusalError("READ.UNREADABLE", "файл повреждён или загружен не полностью")
