"""XLS and ODS: our look at the file and calamine's values laid side by side, cell by cell.

Runs in the limited child process only (:mod:`ingest.readers.legacy_process`): calamine may abort the process
that it is called from. Every non-empty cell must be seen by both; a cell that only one of them sees, or a
number that they read differently, refuses the file, because nothing says which is right.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, Literal

from ingest.forms.contract import column_letter
from ingest.readers.biff import read_biff
from ingest.readers.grid import ACTIVE, ERROR, NO_VALUE, NUMBER, PERCENT, TEXT, Area, Cell, Grid
from ingest.readers.legacy_sheet import LegacySheet
from ingest.readers.limits import ReaderLimits
from ingest.readers.ods_content import read_ods_content
from ingest.readers.preflight import Package
from ingest.readers.rules import RefusalError, Spot
from ingest.readers.shared_strings import text_cell

LegacyKind = Literal["xls", "ods"]

# What calamine may return as empty: it has no value for them.
_WITHOUT_VALUE = frozenset({ERROR, NO_VALUE, ACTIVE, TEXT})
_VISIBILITY: dict[str, Literal["visible", "hidden", "veryHidden"]] = {
    "Visible": "visible",
    "Hidden": "hidden",
    "VeryHidden": "veryHidden",
}


def read_legacy(kind: LegacyKind, data: bytes, limits: ReaderLimits) -> list[Grid]:
    """All sheets of a file, in the order of the tabs. Raises :class:`RefusalError`."""
    import python_calamine

    sheets = read_biff(data, limits) if kind == "xls" else read_ods_content(Package(data, limits), limits)
    try:
        workbook = python_calamine.load_workbook(io.BytesIO(data))
        worksheet = python_calamine.SheetTypeEnum.WorkSheet
        listed = [meta for meta in workbook.sheets_metadata if meta.typ == worksheet]
        if [meta.name for meta in listed] != [sheet.name for sheet in sheets]:
            raise RefusalError("READ.UNREADABLE", "список листов испорчен")
        return [
            _grid(
                sheet,
                _VISIBILITY[str(meta.visible).rpartition(".")[2]],
                workbook.get_sheet_by_name(meta.name),
            )
            for sheet, meta in zip(sheets, listed, strict=True)
        ]
    except python_calamine.PasswordError as problem:
        raise RefusalError("READ.PASSWORD", "файл с паролем") from problem
    except python_calamine.CalamineError as problem:
        raise RefusalError("READ.UNREADABLE", "файл повреждён или загружен не полностью") from problem


def _grid(sheet: LegacySheet, visibility: Literal["visible", "hidden", "veryHidden"], values: Any) -> Grid:
    grid = Grid(
        sheet=sheet.name,
        visibility=visibility,
        hidden_rows=sheet.hidden_rows,
        hidden_columns=sheet.hidden_columns,
        merged=sheet.merged + _merged(values),
    )
    theirs = dict(_values(values))
    for row, cells in sorted(sheet.rows.items()):
        found: dict[int, Cell] = {}
        for column, cell in sorted(cells.items()):
            value = theirs.pop((row, column), "")
            if not _agree(cell, value):
                raise _disagreement(sheet, row, column)
            settled = _settled(cell, value)
            if settled is not None:
                found[column] = settled
        if found:
            grid.rows[row] = found
    for row, column in theirs:
        raise _disagreement(sheet, row, column)
    return grid


def _values(sheet: Any) -> Iterator[tuple[tuple[int, int], Any]]:
    """calamine's non-empty values with their rows and columns, from 1."""
    start = sheet.start
    if start is None:
        return
    for row, values in enumerate(sheet.iter_rows(), start=start[0] + 1):
        for column, value in enumerate(values, start=start[1] + 1):
            if value != "":
                yield (row, column), value


def _merged(sheet: Any) -> list[Area]:
    """Merged areas of an XLS sheet; for ODS calamine knows none, they come from our own look."""
    return [
        Area(first[0] + 1, first[1] + 1, last[0] + 1, last[1] + 1)
        for first, last in sheet.merged_cell_ranges or ()
    ]


def _agree(cell: Cell, value: Any) -> bool:
    if value == "":
        return cell.kind in _WITHOUT_VALUE
    if cell.kind == TEXT and not cell.text:
        return isinstance(value, str)
    if cell.kind in (NUMBER, PERCENT) and isinstance(value, int | float):
        ours = float(cell.text)
        return abs(ours - value) <= 1e-9 * max(1.0, abs(ours))
    return True


def _settled(cell: Cell, value: Any) -> Cell | None:
    if cell.kind != TEXT or cell.text:
        return cell
    if value == "":
        return None if cell.formula is None else Cell(NO_VALUE, "", cell.formula)
    return text_cell(value, cell.formula)


def _disagreement(sheet: LegacySheet, row: int, column: int) -> RefusalError:
    address = f"{column_letter(column)}{row}"
    spot = Spot(None, sheet.name, address, row)
    return RefusalError(
        "READ.UNREADABLE",
        f"содержимое ячейки {address} листа «{sheet.name}» записано неоднозначно",
        spot=spot,
    )
