"""What a file is, by its bytes. Names and extensions are not believed."""

from __future__ import annotations

from typing import Literal

from ingest.readers.compound_file import MAGIC
from ingest.readers.limits import ReaderLimits
from ingest.readers.preflight import Package
from ingest.readers.rules import RefusalError

_EXPECTED = "книга Excel (*.xlsx, *.xls), таблица LibreOffice (*.ods), CSV или JSON, как сказано в бланке"
_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"MZ", "программа (exe)"),
    (b"\x7fELF", "программа"),
    (b"#!", "скрипт"),
    (b"%PDF", "документ PDF"),
    (b"Rar!", "архив RAR"),
    (b"7z\xbc\xaf", "архив 7z"),
    (b"\x1f\x8b", "архив gzip"),
    (b"\xff\xd8\xff", "изображение"),
    (b"\x89PNG", "изображение"),
    (b"{\\rtf", "документ RTF"),
)
_MARKUP: tuple[tuple[bytes, str], ...] = (
    (b"<html", "страница HTML под видом таблицы"),
    (b"<!doctype html", "страница HTML под видом таблицы"),
    (b"<table", "страница HTML под видом таблицы"),
    (b"<?xml", "XML (таблица XML 2003)"),
    (b"<", "разметка, а не таблица"),
)

Kind = Literal["xlsx", "xls", "ods", "csv", "json"]
_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"


def detect(data: bytes, limits: ReaderLimits) -> tuple[Kind, Package | None]:
    """The kind of a file, with the opened container where there is one.

    Raises :class:`RefusalError` with a clear instruction for everything that is not read.
    """
    if len(data) > limits.file_bytes:
        megabytes = 1024 * 1024
        raise RefusalError(
            "READ.LIMIT", f"{len(data) // megabytes} МБ", f"до {limits.file_bytes // megabytes} МБ"
        )
    if not data.strip(b"\x00 \t\r\n"):
        raise RefusalError("READ.UNREADABLE", "файл пустой")
    if data.startswith(MAGIC):
        return "xls", None
    if data.startswith(b"PK"):
        return _container(data, limits)
    for magic, what in _FOREIGN:
        if data.startswith(magic):
            raise RefusalError("READ.FORMAT", what, _EXPECTED)
    head = data[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for magic, what in _MARKUP:
        if head.startswith(magic):
            raise RefusalError("READ.FORMAT", what, _EXPECTED)
    return ("json" if head.startswith((b"{", b"[")) else "csv"), None


def _container(data: bytes, limits: ReaderLimits) -> tuple[Kind, Package]:
    package = Package(data, limits)
    names = package.names()
    if "mimetype" in package:
        kind = package.read("mimetype")[:200].strip()
        if kind == _SPREADSHEET:
            return "ods", package
        raise RefusalError("READ.FORMAT", "документ OpenDocument, но не таблица", _EXPECTED)
    if any(name.endswith("workbook.bin") for name in names):
        raise RefusalError("READ.FORMAT", "двоичная книга Excel (*.xlsb)", _EXPECTED)
    if any(name.startswith("word/") for name in names):
        raise RefusalError("READ.FORMAT", "документ Word", _EXPECTED)
    if "[Content_Types].xml" not in package:
        raise RefusalError("READ.FORMAT", "архив ZIP, а не книга Excel", _EXPECTED)
    return "xlsx", package
