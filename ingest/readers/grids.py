"""The cells of a file without the form: what the protocol shows a submitter of its own sheets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ingest.readers.content_type import detect
from ingest.readers.csv_reader import read_csv
from ingest.readers.grid import BOOLEAN, NUMBER, PERSONAL, TEXT, Cell, Grid
from ingest.readers.json_reader import Digits, read_json
from ingest.readers.legacy_process import legacy_grids
from ingest.readers.limits import ReaderLimits, configured_limits
from ingest.readers.personal_data import looks_personal
from ingest.readers.xlsx import XlsxWorkbook

JSON_VALUE_COLUMN = 2


def file_grids(data: bytes, limits: ReaderLimits | None = None) -> list[Grid]:
    """Every sheet of a file; one grid without a name for CSV and for JSON.

    A JSON file has one row per value: its path (``data.period``) and what stands there. Raises
    :class:`ingest.readers.rules.RefusalError` for a file that is refused as a whole.
    """
    limits = limits or configured_limits()
    kind, package = detect(data, limits)
    if kind == "xlsx" and package is not None:
        workbook = XlsxWorkbook(package, limits)
        return [workbook.grid(sheet) for sheet in workbook.sheets]
    if kind == "xls" or kind == "ods":  # noqa: PLR1714 - mypy narrows the kind this way
        return list(legacy_grids(kind, data, limits))
    if kind == "json":
        return [_json_grid(read_json(data, limits))]
    return [read_csv(data, limits)]


def is_json_grid(grid: Grid) -> bool:
    """Whether the rows of a grid are values of a JSON file with their paths."""
    return grid.sheet is None and grid.rows.get(1, {}).get(1) == _PATH_HEAD


_PATH_HEAD = Cell(TEXT, "Ключ")
_VALUE_HEAD = Cell(TEXT, "Значение")


def _json_grid(document: dict[str, Any]) -> Grid:
    grid = Grid(sheet=None, rows={1: {1: _PATH_HEAD, JSON_VALUE_COLUMN: _VALUE_HEAD}})
    for row, (path, value) in enumerate(_values("", document), start=2):
        grid.rows[row] = {1: Cell(TEXT, path)}
        cell = _cell(value)
        if cell is not None:
            grid.rows[row][JSON_VALUE_COLUMN] = cell
    return grid


def _values(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _values(f"{path}.{key}" if path else str(key), inner)
    elif isinstance(value, list) and value:
        for number, inner in enumerate(value):
            yield from _values(f"{path}[{number}]", inner)
    else:
        yield path, value


def _cell(value: Any) -> Cell | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return Cell(BOOLEAN, "1" if value else "0")
    if isinstance(value, Digits):
        return Cell(NUMBER, str(value))
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return Cell(PERSONAL, "") if looks_personal(text) else Cell(TEXT, text)
