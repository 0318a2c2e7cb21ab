"""CSV files as Russian offices write them: UTF-8 or Windows-1251, semicolon, comma or tab."""

from __future__ import annotations

import codecs
import csv
import io

from ingest.readers.grid import PERSONAL, TEXT, Cell, Grid
from ingest.readers.limits import ReaderLimits
from ingest.readers.personal_data import looks_personal
from ingest.readers.rules import RefusalError, Spot
from ingest.readers.time_limit import ROWS_BETWEEN_LOOKS, check_time

DELIMITERS = ";\t,"
_MAX_FIELD = 100_000


def read_csv(data: bytes, limits: ReaderLimits) -> Grid:
    """The file as one grid; rows are lines of the file, from 1 (the first line of a text over several).

    Raises :class:`RefusalError` for a file that is not text, not CSV, or too large.
    """
    text = _decoded(data)
    if "\x00" in text:
        raise RefusalError("READ.UNREADABLE", "внутри не текст, а двоичные данные")
    grid = Grid(sheet=None)
    cells_left = limits.cells
    first_line = text.partition("\n")[0]
    skipped = 0
    if first_line.strip().lower().startswith("sep=") and len(first_line.strip()) == 5:
        # Excel's own way to name the delimiter.
        delimiter, skipped = first_line.strip()[4], 1
        text = text.partition("\n")[2]
    else:
        delimiter = _delimiter(first_line)
    csv.field_size_limit(_MAX_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1 + skipped
    try:
        for values in reader:
            cells = {column: _cell(value) for column, value in enumerate(values, start=1) if value.strip()}
            if line % ROWS_BETWEEN_LOOKS == 0:
                check_time()
            if cells:
                _check(line, max(cells), limits)
                cells_left -= len(cells)
                if cells_left < 0:
                    raise RefusalError("READ.LIMIT", "слишком много ячеек", f"до {limits.cells} ячеек")
                grid.rows[line] = cells
            line = reader.line_num + 1 + skipped
    except csv.Error as problem:
        spot = Spot(cell=f"строка {line}", row_no=line)
        raise RefusalError(
            "READ.UNREADABLE", f"строка {line}: лишняя или незакрытая кавычка", spot=spot
        ) from problem
    return grid


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as problem:
            raise RefusalError("READ.UNREADABLE", "неизвестная кодировка текста") from problem
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1251")
    except UnicodeDecodeError as problem:
        raise RefusalError(
            "READ.UNREADABLE", "неизвестная кодировка текста", "UTF-8 или Windows-1251"
        ) from problem


def _delimiter(first_line: str) -> str:
    """The delimiter that the first line holds most of; the line is «Форма;P2;1.0.0», so it holds one."""
    return max(DELIMITERS, key=lambda d: (first_line.count(d), -DELIMITERS.index(d)))


def _cell(value: str) -> Cell:
    return Cell(PERSONAL, "") if looks_personal(value) else Cell(TEXT, value)


def _check(line: int, columns: int, limits: ReaderLimits) -> None:
    if line > limits.rows:
        raise RefusalError("READ.LIMIT", f"данные в строке {line}", f"до {limits.rows} строк")
    if columns > limits.columns:
        raise RefusalError("READ.LIMIT", f"данные в столбце № {columns}", f"до {limits.columns} столбцов")
