"""No cell of an XLS or ODS file disappears either: read, noted, found or listed as outside the form.

The files are written by ``tests/legacy_writers.py``: what stands in them is known without reading them.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import openpyxl
import pytest
from cell_account import Account, values
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils import coordinate_to_tuple

from ingest.forms.catalogue import contract
from ingest.forms.filling import ErrorCell, Formula
from ingest.readers.read import read_submission_file
from ingest.readers.result import ExpectedSender, ReadResult
from tests.bad_files.surgery import FIRST_VERSIONS, OGRN, s3
from tests.legacy_writers import Value, cells_of, ods, xls

WRITERS = {"xls": xls, "ods": ods}
FORM = contract("S3", FIRST_VERSIONS)
EVENTS = "Мероприятия"
OWN_SHEETS = ("Как заполнить", "_lists", "_meta")
Cells = dict[str, dict[tuple[int, int], Value]]


PLAIN: Cells = cells_of(s3())
FIRST_EVENT = {column: value for (row, column), value in PLAIN[EVENTS].items() if row == 4}
COLUMNS = st.sampled_from(sorted(FIRST_EVENT))
PLACES = st.tuples(
    st.sampled_from(["Реквизиты", EVENTS, "Охват"]), st.sampled_from("ABCDEFNQRTZ"), st.integers(1, 12)
)


def read(cells: Cells, kind: str) -> ReadResult:
    return read_submission_file(
        WRITERS[kind](cells), file_name=f"S3.{kind}", expected=ExpectedSender("chelyabinsk", OGRN)
    )


def as_text(value: Value) -> str:
    match value:
        case Formula():
            return f"={value.text}" if value.cached is None else str(value.cached)
        case ErrorCell():
            return value.code
        case _:
            return str(value)


def is_storable(value: Value | None) -> bool:
    """XML has no room for some characters, and an empty cell holds nothing to account for."""
    return value is not None and not (
        isinstance(value, str) and (not value.strip() or {"\ufffe", "\uffff"} & set(value))
    )


@pytest.mark.parametrize("kind", WRITERS)
def test_a_good_form_is_read_as_the_workbook_it_was_made_from(kind: str) -> None:
    """The writers write what they are told: otherwise the test below would pass by refusals."""
    as_workbook = read_submission_file(
        s3(), file_name="S3.xlsx", expected=ExpectedSender("chelyabinsk", OGRN)
    )
    assert as_workbook.findings == []
    assert read(PLAIN, kind) == as_workbook


@pytest.mark.parametrize("kind", WRITERS)
def test_each_kind_of_value_is_told_from_the_others(kind: str) -> None:
    cells = {name: dict(here) for name, here in PLAIN.items()}
    odd: list[Value] = [
        "4 из 8",
        False,
        ErrorCell("#DIV/0!"),
        Formula("SUM(H4:M4)", None),
        date(2025, 10, 14),
        0,
    ]
    for number, value in enumerate(odd):
        cells[EVENTS].update({(4 + number, column): known for column, known in FIRST_EVENT.items()})
        cells[EVENTS][4 + number, 15] = value
    found = [(f.rule_id, f.cell) for f in read(cells, kind).findings]
    assert found == [
        ("READ.TYPE", "O4"),
        ("READ.TYPE", "O5"),
        ("READ.ERROR_CELL", "O6"),
        ("READ.FORMULA_NO_VALUE", "O7"),
        ("READ.TYPE", "O8"),
    ]


@settings(max_examples=80, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.dictionaries(COLUMNS, values, max_size=4), min_size=1, max_size=4),
    st.dictionaries(PLACES, values, max_size=5),
    st.sampled_from(sorted(WRITERS)),
)
def test_no_cell_of_a_legacy_file_disappears(
    events: list[dict[int, Any]], edits: dict[tuple[str, str, int], Any], kind: str
) -> None:
    cells = {name: dict(here) for name, here in PLAIN.items()}
    for row, event in enumerate(events, start=4):
        for column, value in {**FIRST_EVENT, **event}.items():
            _put(cells[EVENTS], (row, column), value)
    for (sheet, letters, row), value in edits.items():
        _put(cells[sheet], coordinate_to_tuple(f"{letters}{row}"), value)
    result = read(cells, kind)
    if result.unreadable:
        assert result.findings
        return
    account = Account(FORM, result)
    for sheet, here in cells.items():
        if sheet not in OWN_SHEETS:
            for (row, column), value in here.items():
                address = f"{openpyxl.utils.get_column_letter(column)}{row}"
                is_printed = PLAIN[sheet].get((row, column)) == value and isinstance(value, str)
                assert is_printed or account.knows(sheet, address, as_text(value)), (sheet, address, value)


def _put(here: dict[tuple[int, int], Value], place: tuple[int, int], value: Value | None) -> None:
    here.pop(place, None)
    if is_storable(value):
        here[place] = value  # type: ignore[assignment]
