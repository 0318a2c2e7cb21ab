"""Blank and filled workbooks, looked at with openpyxl."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ingest.forms.catalogue import contract, load_contracts
from ingest.forms.filling import DateCell, ErrorCell, Formula, SheetEdits
from ingest.forms.input_checks import shortened
from ingest.forms.template import blank_workbook, write_workbook
from ingest.readers.read import read_submission_file
from ingest.readers.result import ExpectedSender

XLSX_FORMS = [code for code, c in load_contracts().items() if "xlsx" in c.formats]
ROOT = Path(__file__).parents[3]


def opened(content: bytes, **options: Any) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content), **options)


@pytest.mark.parametrize("code", XLSX_FORMS)
def test_bytes_are_the_same_in_another_process(code: str) -> None:
    script = (
        "import hashlib; from ingest.forms.catalogue import contract;"
        "from ingest.forms.template import blank_workbook;"
        f"print(hashlib.sha256(blank_workbook(contract('{code}'))).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == hashlib.sha256(blank_workbook(contract(code))).hexdigest()


def test_the_blank_says_which_form_it_is() -> None:
    book = opened(blank_workbook(contract("S1")))
    assert book.sheetnames == ["Как заполнить", "Паспорт", "Контингент", "_lists", "_meta"]
    meta = book["_meta"]
    assert meta.sheet_state == book["_lists"].sheet_state == "veryHidden"
    lines = {row[0].value: row[1].value for row in meta.iter_rows()}
    assert list(lines) == ["form", "version", "contract_sha256", "guide_sha256"]
    assert (lines["form"], lines["version"], lines["contract_sha256"]) == (
        "S1",
        "1.0.0",
        contract("S1").sha256,
    )


def test_only_input_cells_can_be_changed() -> None:
    book = opened(blank_workbook(contract("S1")))
    sheet = book["Контингент"]
    assert sheet.protection.sheet
    assert book.security.lockStructure
    assert not sheet["B4"].protection.locked
    assert sheet["A4"].protection.locked and sheet["B10"].protection.locked
    assert sheet["B4"].fill.start_color.rgb == "FFFFF9DB"
    assert sheet.freeze_panes == "B4"


def test_totals_are_formulas_with_a_value_already_there() -> None:
    content = blank_workbook(contract("S1"))
    assert opened(content)["Контингент"]["B10"].value == "=SUM(B4:B9)"
    assert opened(content, data_only=True)["Контингент"]["B10"].value == 0
    assert opened(blank_workbook(contract("S3")))["Охват"]["E4"].value == "=SUM(B4,C4,D4)"


def test_lists_and_numbers_are_checked_while_typing() -> None:
    book = opened(blank_workbook(contract("S3")))
    rules = {str(rule.sqref): rule for rule in book["Мероприятия"].data_validations.dataValidation}
    kinds = rules["D5:D2004"]
    assert (kinds.type, kinds.formula1) == ("list", "list_activity_kind")
    assert book.defined_names["list_activity_kind"].attr_text == "_lists!$B$2:$B$9"
    assert [book["_lists"][f"B{row}"].value for row in (2, 9)] == ["профпроба", "иное"]
    number = rules["H5:H2004"]
    assert (number.type, number.formula1, number.formula2) == ("whole", "0", "5000")
    assert number.error.startswith("Целое число от 0 до 5\u00a0000")
    assert rules["A5:A2004"].type == "date"


def test_no_data_is_offered_only_where_a_cell_may_stay_empty() -> None:
    """A form that says «нет данных» where a value is required would come back."""
    for code in XLSX_FORMS:
        form = contract(code)
        book = opened(blank_workbook(form))
        for section in form.sections:
            assert "нет данных" not in str(book[section.sheet]["A2"].value)
            titles = {shortened(f.title, 32): f.required for f in section.fields}
            for rule in book[section.sheet].data_validations.dataValidation:
                said = f"{rule.prompt} {rule.error}"
                assert not (titles[rule.promptTitle] and "нет данных" in said), (code, rule.promptTitle)
        guide = " ".join(str(row[0].value) for row in book["Как заполнить"].iter_rows())
        may_be_empty = any(not f.required and f.role is None for s in form.sections for f in s.fields)
        assert ("нет данных" in guide) == may_be_empty


def test_every_validation_message_fits_into_excel() -> None:
    """Excel refuses to open a file with a longer title (32) or text (255)."""
    for code in XLSX_FORMS:
        for sheet in opened(blank_workbook(contract(code))).worksheets:
            for rule in sheet.data_validations.dataValidation:
                assert len(rule.promptTitle or "") <= 32
                assert len(rule.prompt or "") <= 255
                assert len(rule.error or "") <= 255


@pytest.mark.parametrize("code", ["C1", "P2"])
def test_a_form_that_is_no_workbook_has_no_template(code: str) -> None:
    with pytest.raises(ValueError, match="not as a workbook"):
        blank_workbook(contract(code))


GRADES: dict[str, Any] = {
    code: {"graduates": 10, "surveyed": 9, "to_spo": 5, "undecided": None} for code in ("9", "11")
}


def filled(**options: Any) -> bytes:
    buffer = io.BytesIO()
    values = {"card": {"ogrn": "1027400000001", "period": "2025-2026"}, "by_grade": GRADES}
    write_workbook(contract("S5"), buffer, **{"values": values, **options})
    return buffer.getvalue()


def test_a_filled_workbook_is_the_blank_with_values() -> None:
    book = opened(filled(meta={"sender": "test"}))
    assert book["Реквизиты"]["B4"].value == "1027400000001"
    assert book["Намерения"]["B4"].value == 10
    assert book["Намерения"]["I4"].value is None
    assert (book["_meta"]["A5"].value, book["_meta"]["B5"].value) == ("sender", "test")
    assert book["Намерения"].protection.sheet
    assert len(book["Намерения"].data_validations.dataValidation) == 9
    assert filled() == filled()


def test_edits_put_anything_anywhere() -> None:
    edits = {
        "Намерения": SheetEdits(
            cells={
                "B4": ErrorCell("#REF!"),
                "C4": Formula("SUM(1,2)", 3),
                "D4": "=1+1",
                "E4": True,
                "A3": "Классы",
            },
            hidden_rows=frozenset({5}),
            merged=("F4:F5",),
        )
    }
    sheet = opened(filled(edits=edits))["Намерения"]
    assert [sheet[cell].value for cell in ("B4", "C4", "E4", "A3")] == ["#REF!", "=SUM(1,2)", True, "Классы"]
    assert (sheet["D4"].value, sheet["D4"].data_type) == ("=1+1", "s")
    assert sheet.row_dimensions[5].hidden
    assert [str(area) for area in sheet.merged_cells.ranges] == ["F4:F5"]


def test_a_total_that_does_not_add_up_is_written_as_a_number() -> None:
    kinds = {
        code: {"unique_6_7": 1, "unique_8_9": 2, "unique_10_11": 3, "unique_total": 6}
        for code in ("trial", "contest")
    }
    kinds["contest"]["unique_total"] = 7
    buffer = io.BytesIO()
    write_workbook(contract("S3"), buffer, {"coverage": kinds})
    formulas = opened(buffer.getvalue())["Охват"]
    assert (formulas["E6"].value, formulas["E7"].value) == ("=SUM(B6,C6,D6)", 7)


def test_dates_codes_and_answers_are_printed_as_people_see_them() -> None:
    event = {
        "event_date": date(2025, 10, 1),
        "measure_code": DateCell(date(2025, 4, 4)),
        "has_employer": False,
    }
    buffer = io.BytesIO()
    write_workbook(contract("S3"), buffer, {"events": [{**event, "activity_kind": "fair"}]})
    sheet = opened(buffer.getvalue())["Мероприятия"]
    assert sheet["A5"].value == datetime(2025, 10, 1) and sheet["A5"].number_format == "dd.mm.yyyy"
    assert sheet["B5"].value == datetime(2025, 4, 4)
    assert (sheet["D5"].value, sheet["G5"].value) == ("ярмарка или фестиваль", "нет")


@pytest.mark.parametrize(
    "values",
    [{"cards": {}}, {"card": {"colour": 1}}, {"by_grade": {"10": {}}}, {"by_grade": {"9": {"x": 1}}}],
)
def test_a_value_for_nothing_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"has no (section|field|row)"):
        filled(values=values)


def test_a_person_can_fill_the_blank_with_another_program() -> None:
    """openpyxl stands for LibreOffice and Excel: what it saves is read back without a finding."""
    book = opened(blank_workbook(contract("S5")))
    card, grades = book["Реквизиты"], book["Намерения"]
    for row, value in enumerate(("1027400000001", "7400000001", "МБОУ «СОШ № 1»", "2025-2026"), start=4):
        card.cell(row, 2, value)
    for row in (4, 5):
        for column in range(2, 11):
            grades.cell(row, column, row + column)
    buffer = io.BytesIO()
    book.save(buffer)
    result = read_submission_file(
        buffer.getvalue(), file_name="S5.xlsx", expected=ExpectedSender("chelyabinsk", "1027400000001")
    )
    assert result.findings == []
    assert result.sections["by_grade"].rows[0] == (4, "9", *range(6, 15), None)
