"""Whatever stands in a file is read, noted, found or listed as outside the form: no cell disappears.

A value of 0 comes from a cell that says 0, and from no other.

The cells of a file are listed here by other programs (openpyxl, csv, json), never by the reader under test.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

import openpyxl
from cell_account import Account, numbers, texts, values, words
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from ingest.forms.catalogue import contract
from ingest.forms.filling import SheetEdits
from ingest.readers.read import read_submission_file
from ingest.readers.result import ExpectedSender
from tests.bad_files.surgery import EVENT, FIRST_VERSIONS, OGRN, TRIAL, csv_p2, requisites, s3

SENDER = ExpectedSender("chelyabinsk", OGRN)
SLOW = settings(max_examples=40, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
# What the template prints in hidden sheets and on its first sheet is not the sender's.
OWN_SHEETS = {"_meta", "_lists", "Как заполнить"}

event_fields = st.sampled_from([name for name in EVENT if name != "event_date"])
places = st.tuples(st.sampled_from("ABCDEFNQRTZ"), st.integers(1, 12)).map(
    lambda place: f"{place[0]}{place[1]}"
)
sheet_names = st.sampled_from(["Реквизиты", "Мероприятия", "Охват"])


def workbook_cells(content: bytes) -> Iterator[tuple[str, str, str]]:
    """Non-empty cells of a workbook (more than spaces): sheet, address, text."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book.worksheets:
        if sheet.title not in OWN_SHEETS:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.value is not None and str(cell.value).strip():
                        yield sheet.title, cell.coordinate, str(cell.value)


PRINTED = {(sheet, address): text for sheet, address, text in workbook_cells(s3())}
TITLES = {field.title for section in contract("S3", FIRST_VERSIONS).sections for field in section.fields}
LABELS = {label for section in contract("S3", FIRST_VERSIONS).sections for label in section.rows.values()}


def is_printed(sheet: str, address: str, text: str) -> bool:
    """Whether it is a word of the template: titles, labels, headings."""
    is_heading = address in ("A1", "A2") or text in ("Показатель", "Значение")
    return (text in TITLES | LABELS or is_heading) and PRINTED.get((sheet, address)) == text


@SLOW
@given(
    st.lists(st.dictionaries(event_fields, values, max_size=4), min_size=1, max_size=4),
    st.dictionaries(st.tuples(sheet_names, places), values, max_size=5),
    st.booleans(),
)
def test_no_cell_of_a_workbook_disappears(
    events: list[dict[str, Any]], edits: dict[tuple[str, str], Any], hides: bool
) -> None:
    by_sheet: dict[str, dict[str, Any]] = {}
    for (sheet, address), value in edits.items():
        by_sheet.setdefault(sheet, {})[address] = value
    hidden = frozenset({5}) if hides else frozenset()
    content = s3(*events, edits={name: SheetEdits(cells, hidden) for name, cells in by_sheet.items()})
    result = read_submission_file(content, file_name="S3.xlsx", expected=SENDER)
    if result.unreadable:
        assert result.findings
        return
    account = Account(contract("S3", FIRST_VERSIONS), result)
    for sheet, address, text in workbook_cells(content):
        assert is_printed(sheet, address, text) or account.knows(sheet, address, text), (sheet, address, text)


line_texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=8) | words
trial_lines = st.lists(line_texts, min_size=1, max_size=10)


@SLOW
@given(
    st.lists(trial_lines, max_size=4),
    st.sampled_from(";,\t"),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1251"]),
)
def test_no_cell_of_a_csv_file_disappears(lines: list[list[str]], delimiter: str, encoding: str) -> None:
    rows = [*csv.reader(io.StringIO(csv_p2(TRIAL)), delimiter=";"), *lines]
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator="\n").writerows(rows)
    content = buffer.getvalue().encode(encoding, "ignore")
    result = read_submission_file(content, file_name="P2.csv", expected=ExpectedSender("chelyabinsk", None))
    if result.unreadable:
        assert result.findings
        return
    form = contract("P2", FIRST_VERSIONS)
    own = {"Форма", "P2", "1.0.0"} | {field.title for section in form.sections for field in section.fields}
    account = Account(form, result)
    written = csv.reader(io.StringIO(content.decode(encoding), newline=""), delimiter=delimiter)
    for line, cells in enumerate(written, start=1):
        for column, text in enumerate(cells, start=1):
            if text.strip() and not (text in own and line <= 7):
                is_card = 1 < line < 6 and column == 2
                address = f"строка {line}" if is_card else f"строка {line}, столбец {column}"
                assert account.knows(None, address, text), (line, column, text)


scalars = st.none() | st.booleans() | numbers | texts
json_values = (
    scalars | st.lists(scalars, max_size=2) | st.dictionaries(st.text(max_size=3), scalars, max_size=2)
)
json_keys = st.sampled_from([field.name for field in contract("C1").sections[0].fields]) | st.sampled_from(
    ["comment", "фио", "service"]
)


@SLOW
@given(st.dictionaries(json_keys, json_values, max_size=6))
def test_no_value_of_a_json_file_disappears(changes: Mapping[str, Any]) -> None:
    data = {**requisites("2025-10"), "service_plan_year": 1200, "service_group": 118, **changes}
    content = json.dumps({"form": "C1", "version": "1.0.0", "data": data}, ensure_ascii=False).encode()
    result = read_submission_file(content, file_name="C1.json", expected=SENDER)
    if result.unreadable:
        assert result.findings
        return
    account = Account(contract("C1"), result)
    for key, value in data.items():
        if value is not None and str(value).strip():
            assert account.knows(None, f"data.{key}", str(value)), (key, value)


def test_a_heading_that_was_overwritten_is_reported() -> None:
    edits = {"Мероприятия": SheetEdits({"A1": "перенести 5 учеников", get_column_letter(3) + "2": "ещё 7"})}
    result = read_submission_file(s3(edits=edits), file_name="S3.xlsx", expected=SENDER)
    assert {finding.rule_id for finding in result.findings} == {"READ.EXTRA_CELL"}
    assert any("перенести 5 учеников" in (finding.received or "") for finding in result.findings)
