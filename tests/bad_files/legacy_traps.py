"""Traps in XLS and ODS, made from files that LibreOffice saved, so that no test needs it.

XLS is changed in place: a record gets another number, a stream another name; all offsets stay right.
"""

from __future__ import annotations

import struct
from pathlib import Path

from tests.bad_files.surgery import added, put_together, take_apart

SAVED = Path(__file__).parent / "saved_by_libreoffice"
CONTENT = "content.xml"
_FIRST_ROW = "<table:table-row "
_REPEATED = ' table:number-columns-repeated="16384"'
_TEXT_CELL = '<table:table-cell office:value-type="string"{}><text:p>x</text:p></table:table-cell>'
_WRITEACCESS, _FILEPASS = 0x005C, 0x002F


def legacy() -> dict[str, bytes]:
    """Files in the formats that go through the child process."""
    xls, ods = (SAVED / "s3.xls").read_bytes(), (SAVED / "s3.ods").read_bytes()
    return {
        "ok_excel_97.xls": xls,
        "ok_libreoffice.ods": ods,
        "ok_ods_renamed.xlsx": ods,
        "ok_xls_renamed.csv": xls,
        "traps.xls": (SAVED / "traps.xls").read_bytes(),
        "traps.ods": (SAVED / "traps.ods").read_bytes(),
        "traps_saved_by_libreoffice.xlsx": (SAVED / "traps.xlsx").read_bytes(),
        "password.xls": _record_renamed(xls, _WRITEACCESS, _FILEPASS),
        "password.xlsx": _stream_renamed(xls, "Workbook", "EncryptedPackage"),
        "macros.xls": _stream_renamed(xls, "\x01CompObj", "_VBA_PROJECT_CUR"),
        "word_97.xls": _stream_renamed(xls, "Workbook", "WordDocument"),
        "excel_95.xls": _stream_renamed(xls, "Workbook", "Book"),
        "truncated.xls": xls[: len(xls) // 2],
        "ring_of_sectors.xls": _ring(xls),
        "far_cell.xls": _far_cell(xls),
        "password.ods": added(
            ods, {"META-INF/manifest.xml": b"<m:manifest xmlns:m='x'><m:encryption-data/></m:manifest>"}
        ),
        "macros.ods": added(ods, {"Basic/Standard/Module1.xml": b"<script/>"}),
        "external_link.ods": _content(
            ods, _FIRST_ROW, f'<table:table-source xlink:href="a.ods"/>{_FIRST_ROW}'
        ),
        "repeated_rows.ods": _content(
            ods,
            _FIRST_ROW,
            f'<table:table-row table:number-rows-repeated="1000000">{_TEXT_CELL.format("")}</table:table-row>'
            f"{_FIRST_ROW}",
        ),
        "repeated_cells.ods": _content(
            ods,
            _FIRST_ROW,
            f"<table:table-row>{_TEXT_CELL.format(_REPEATED)}</table:table-row>{_FIRST_ROW}",
        ),
        "entities.ods": _content(
            ods, "<office:document-content", '<!DOCTYPE x [<!ENTITY a "aaaa">]><office:document-content'
        ),
        "text_document.ods": put_together(
            {"mimetype": b"application/vnd.oasis.opendocument.text", CONTENT: b"<a/>"}
        ),
        "zip_bomb.ods": _content(ods, "</office:spreadsheet>", " " * 9_000_000 + "</office:spreadsheet>"),
    }


def _content(ods: bytes, old: str, new: str) -> bytes:
    parts = take_apart(ods)
    text = parts[CONTENT].decode()
    if old not in text:
        raise ValueError(f"{CONTENT} does not hold {old!r}")
    parts[CONTENT] = text.replace(old, new, 1).encode()
    return put_together(parts)


def _stream_renamed(xls: bytes, old: str, new: str) -> bytes:
    """Another name for an entry of the directory, padded with zeros to its 64 bytes."""
    name = old.encode("utf-16-le") + b"\x00\x00"
    at = next(
        at
        for at in range(512, len(xls) - 128, 128)
        if xls[at : at + len(name)] == name and xls[at + 64 : at + 66] == struct.pack("<H", len(name))
    )
    written = new.encode("utf-16-le") + b"\x00\x00"
    return xls[:at] + written.ljust(64, b"\x00") + struct.pack("<H", len(written)) + xls[at + 66 :]


def _record_renamed(xls: bytes, old: int, new: int) -> bytes:
    """The first record of a kind, with a body of 112 bytes, becomes one of another kind."""
    at = xls.index(struct.pack("<2H", old, 112))
    return xls[:at] + struct.pack("<H", new) + xls[at + 2 :]


def _ring(xls: bytes) -> bytes:
    """The chain of the stream ``Workbook`` leads from its first sector back to that sector."""
    entry = xls.index("Workbook".encode("utf-16-le"))
    start = struct.unpack_from("<I", xls, entry + 116)[0]
    table = 512 * (1 + struct.unpack_from("<I", xls, 76)[0])
    return xls[: table + 4 * start] + struct.pack("<I", start) + xls[table + 4 * start + 4 :]


def _far_cell(xls: bytes) -> bytes:
    """The date of the first event moves to the last row of the sheet."""
    at = xls.index(struct.pack("<5H", 0x027E, 10, 3, 0, 26))
    return xls[: at + 4] + struct.pack("<H", 65535) + xls[at + 6 :]
