"""Whatever stands in a file is read, noted, found or listed as outside the form: no cell disappears.

A value of 0 comes from a cell that says 0, and from no other.

The cells of a file are listed here by other programs (openpyxl, csv, json), never by the reader under test.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils import coordinate_to_tuple, get_column_letter

from ingest.forms.catalogue import contract
from ingest.forms.contract import FormContract
from ingest.forms.filling import ErrorCell, Formula, SheetEdits
from ingest.readers.findings import FindingRecord
from ingest.readers.read import read_submission_file
from ingest.readers.result import ExpectedSender, ReadResult, cell_address
from tests.bad_files.surgery import EVENT, FIRST_VERSIONS, OGRN, TRIAL, csv_p2, requisites, s3

SENDER = ExpectedSender("chelyabinsk", OGRN)
SLOW = settings(max_examples=40, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
ZEROES = ("0", "0.0", "00", "0,0", "-0", "+0", "0,00")
# What the template prints in hidden sheets and on its first sheet is not the sender's.
OWN_SHEETS = {"_meta", "_lists", "Как заполнить"}

words = st.sampled_from(
    [
        "нет данных",
        "-",
        "—",
        "4 из 8",
        "ЛОЖЬ",
        "да",
        "нет",
        "0",
        "0,0",
        "12",
        "1 024",
        "1\u00a0024",
        "3,5",
        "1e3",
        "09.02.07",
        "Итого",
        "профпроба",
        "2025-10-14",
        "14.10.2025",
        "100%",
        "=HYPERLINK(1)",
        "Класс",
        "-5",
        "'0",
    ]
)
texts = words | st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=12
)
numbers = st.integers(-10, 10**12) | st.decimals(-100, 100, places=2).map(float)
values = (
    st.none()
    | texts
    | numbers
    | st.booleans()
    | st.sampled_from(
        [ErrorCell("#DIV/0!"), Formula("1+1", 2), Formula("SUM(H4:M4)", None), date(2025, 10, 14)]
    )
)
event_fields = st.sampled_from([name for name in EVENT if name != "event_date"])
places = st.tuples(st.sampled_from("ABCDEFNQRTZ"), st.integers(1, 12)).map(
    lambda place: f"{place[0]}{place[1]}"
)
sheet_names = st.sampled_from(["Реквизиты", "Мероприятия", "Охват"])


class Account:
    """Where each cell of a form went, by sheet (None for CSV and JSON) and address."""

    def __init__(self, form: FormContract, result: ReadResult) -> None:
        self.result = result
        self.values: dict[tuple[str | None, str], Any] = {}
        self.noted: set[tuple[str | None, str]] = set()
        for cell_map in result.cell_maps:
            section = form.section(cell_map.section)
            for row_no, *typed, notes in result.sections[section.name].rows:
                kept = json.loads(notes) if notes else {}
                for field, value in zip(section.raw_fields, typed, strict=True):
                    if field.name in cell_map.fields:
                        place = cell_map.fields[field.name]
                        address = cell_address(cell_map.layout, cell_map.sheet, place, row_no)
                        if value is not None:
                            self.values[(cell_map.sheet, address)] = value
                        elif kept[field.name]["kind"] != "blank":
                            self.noted.add((cell_map.sheet, address))

    def knows(self, sheet: str | None, address: str, text: str) -> bool:
        """Whether a cell with this content is accounted for."""
        if (sheet, address) in self.values:
            value = self.values[(sheet, address)]
            is_zero = value == 0 and not isinstance(value, bool) and isinstance(value, int | Decimal)
            return not is_zero or text.strip() in ZEROES
        return (sheet, address) in self.noted or any(
            finding.sheet == sheet
            and (_covers(finding, sheet, address) or "и ещё ячеек" in (finding.received or ""))
            for finding in self.result.findings
        )


def _covers(finding: FindingRecord, sheet: str | None, address: str) -> bool:
    """Whether a finding about the same sheet is about this cell, too."""
    if finding.rule_id in ("READ.EXTRA_SHEET", "READ.SHEET_MISSING"):
        return True
    if finding.cell is None:
        return False
    if sheet is None:
        return _covers_line(finding.cell, finding.row_no, finding.rule_id, address)
    row, column = coordinate_to_tuple(address)
    if finding.rule_id == "READ.TOTAL_ROW":
        return row == finding.row_no
    first, _, last = finding.cell.partition(":")
    top, left = coordinate_to_tuple(first)
    bottom, right = coordinate_to_tuple(last or first)
    return top <= row <= bottom and left <= column <= right


def _covers_line(cell: str, row_no: int | None, rule: str, address: str) -> bool:
    """The same in a CSV file («строки 3–4, столбцы 1–2») or a JSON file (a key)."""
    here = [int(number) for number in re.findall(r"\d+", address)]
    rows, _, columns = cell.partition(",")
    if not address.startswith("строка"):
        return cell == address
    if rule == "READ.TOTAL_ROW":
        return row_no == here[0]
    return _within(rows, here[0]) and (not columns or _within(columns, here[1]))


def _within(text: str, number: int) -> bool:
    spans = [[int(n) for n in part.split("–")] for part in re.findall(r"\d+(?:–\d+)?", text)]
    return any(span[0] <= number <= span[-1] for span in spans)


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
