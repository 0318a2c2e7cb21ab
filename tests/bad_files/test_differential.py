"""The reader against openpyxl, cell by cell: over the museum, the templates and the committed samples.

openpyxl is an independent implementation. Where the two are known to differ, the difference is named here.
"""

from __future__ import annotations

import io
import re
import warnings
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ingest.forms.catalogue import load_contracts
from ingest.forms.template import blank_workbook
from ingest.readers.grid import (
    ACTIVE,
    BOOLEAN,
    DATE,
    ERROR,
    NO_VALUE,
    NUMBER,
    PERCENT,
    PERSONAL,
    TEXT,
    Cell,
    Grid,
)
from ingest.readers.limits import configured_limits
from ingest.readers.preflight import Package
from ingest.readers.rules import RefusalError
from ingest.readers.xlsx import XlsxWorkbook
from tests.bad_files.build import FILES
from tests.bad_files.surgery import s1, s3, s5

SAMPLES = Path(__file__).parents[2] / "demo" / "samples"
# openpyxl finds no cells in strict OOXML; that file is compared with its transitional twin below.
UNREADABLE_BY_OPENPYXL = {"ok_strict_ooxml.xlsx"}
# Nothing new in its 34,000 cells, and openpyxl needs ten seconds for them.
TOO_LONG = {"too_many_rows.xlsx"}
WORKBOOKS = [
    path
    for path in sorted(FILES.glob("*.xlsx")) + sorted(SAMPLES.rglob("*.xlsx"))
    if path.name not in UNREADABLE_BY_OPENPYXL | TOO_LONG
]
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def grids_of(content: bytes) -> dict[str, Grid]:
    limits = configured_limits()
    workbook = XlsxWorkbook(Package(content, limits), limits)
    return {sheet.name: workbook.grid(sheet) for sheet in workbook.sheets}


def compare(content: bytes) -> int:
    """Compares all cells of a workbook; returns how many there were."""
    ours = grids_of(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        formulas = openpyxl.load_workbook(io.BytesIO(content))
    assert list(ours) == [sheet.title for sheet in values.worksheets]
    count = 0
    for sheet in values.worksheets:
        grid = ours[sheet.title]
        assert grid.visibility == sheet.sheet_state
        theirs = {
            (cell.row, cell.column): (cell.value, formulas[sheet.title][cell.coordinate])
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None or formulas[sheet.title][cell.coordinate].data_type == "f"
        }
        found = {
            (row, column): cell
            for row, cells in grid.rows.items()
            for column, cell in cells.items()
            if not covered(grid, row, column)
        }
        assert found.keys() == {
            place for place, pair in theirs.items() if pair[0] != "" or pair[1].data_type == "f"
        }
        for place, cell in found.items():
            value, formula = theirs[place]
            assert same(cell, value), (sheet.title, place, cell, value)
            assert (formula.data_type == "f") == (cell.formula is not None), (sheet.title, place)
        assert {str(area) for area in grid.merged} == {str(area) for area in sheet.merged_cells.ranges}
        assert grid.hidden_rows == {row for row, at in sheet.row_dimensions.items() if at.hidden}
        count += len(found)
    return count


def covered(grid: Grid, row: int, column: int) -> bool:
    """Whether a merged area hides the cell: openpyxl drops what is there, this project reads it."""
    return any(
        area.first_row <= row <= area.last_row
        and area.first_column <= column <= area.last_column
        and (row, column) != area[:2]
        for area in grid.merged
    )


def same(cell: Cell, value: Any) -> bool:  # noqa: PLR0911 - one per kind
    """Whether a cell holds what openpyxl read."""
    match cell.kind:
        case "n" | "p":
            return (
                isinstance(value, int | float) and not isinstance(value, bool) and float(cell.text) == value
            )
        case "s":
            return isinstance(value, str) and cell.text == _ESCAPE.sub(lambda m: chr(int(m[1], 16)), value)
        case "b":
            if cell.formula in ("TRUE()", "FALSE()"):
                return bool(value == int(cell.text))  # LibreOffice's spelling of a plain value
            return value is (cell.text == "1")
        case "e":
            return bool(value == cell.text)
        case "d":
            moment = datetime.fromisoformat(cell.text)
            if isinstance(value, datetime):
                return moment == value
            return isinstance(value, date | time) and moment.date() == value
        case "f":
            return value is None
    return cell.kind in (PERSONAL, ACTIVE)  # their content is deliberately not kept


def test_the_kinds_compared_are_all_there_are() -> None:
    assert {NUMBER, PERCENT, TEXT, BOOLEAN, ERROR, DATE, NO_VALUE} == set("npsbedf")


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.name)
def test_a_workbook_that_both_can_open_gives_the_same_cells(path: Path) -> None:
    content = path.read_bytes()
    try:
        grids_of(content)
    except RefusalError:
        # Refused before its cells are read; what for is tested in test_museum.py.
        return
    assert compare(content) > 0


@pytest.mark.parametrize("code", ["S1", "S3", "S5"])
def test_blank_templates_give_the_same_cells(code: str) -> None:
    assert compare(blank_workbook(load_contracts()[code])) > 20


@pytest.mark.parametrize("content", [s1(), s3({}, {}, {}), s5()], ids=["S1", "S3", "S5"])
def test_filled_templates_give_the_same_cells(content: bytes) -> None:
    assert compare(content) >= 50


@pytest.mark.parametrize(
    "name",
    ["ok_strict_ooxml.xlsx", "ok_prefixed_namespace.xlsx", "ok_no_addresses.xlsx", "ok_date_1904.xlsx"],
)
def test_another_spelling_gives_the_same_cells(name: str) -> None:
    assert grids_of((FILES / name).read_bytes()) == grids_of(s3())


def test_most_of_the_museum_is_compared() -> None:
    """The differential test must not pass by refusing everything."""
    compared = 0
    for path in FILES.glob("*.xlsx"):
        try:
            grids_of(path.read_bytes())
            compared += 1
        except RefusalError:
            pass
    assert compared >= 50
