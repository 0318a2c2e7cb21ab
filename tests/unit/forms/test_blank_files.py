"""Blanks beyond the plain workbook: the guide, the region's codes, what is known, CSV and JSON."""

from __future__ import annotations

import io
import json

import openpyxl
import pytest

from ingest.forms.blank_files import blank_file, blank_name
from ingest.forms.catalogue import contract
from ingest.forms.guide import GUIDE_SHEET
from ingest.forms.known_values import KnownValues
from ingest.forms.template import blank_workbook, write_workbook
from ingest.readers.read import read_submission_file
from ingest.readers.result import ExpectedSender

SENDER = ExpectedSender("chelyabinsk", "1027400000001")
REQUISITES = {
    "ogrn": "1027400000001",
    "inn": "7400000001",
    "organisation_name": "МБОУ «СОШ № 1»",
    "period": "2025-2026",
}
KNOWN = KnownValues(
    region_code="chelyabinsk",
    ogrn="1027400000001",
    organisation_name="МБОУ «СОШ № 1»",
    period_code="2025-2026",
    period_title="2025/26 учебный год",
    values={"card": REQUISITES, "by_grade": {"9": {"graduates": 48}}},
    sources={
        **{("card", name): "реквизиты – из реестра организаций" for name in REQUISITES},
        ("by_grade", "graduates"): "числа – из вашей формы S1 за 2025-2026",
    },
)


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def test_what_is_known_is_filled_in_locked_and_explained() -> None:
    book = opened(blank_workbook(contract("S5"), KNOWN))
    card, grades = book["Реквизиты"], book["Намерения"]
    assert [card[f"B{row}"].value for row in range(4, 8)] == list(REQUISITES.values())
    assert card["B4"].protection.locked and grades["B4"].protection.locked
    assert grades["B4"].value == 48 and not grades["B5"].protection.locked
    notes = {str(rule.sqref): rule for rule in grades.data_validations.dataValidation}
    assert "из вашей формы S1 за 2025-2026" in notes["B4"].prompt
    assert notes["B5"].type == "whole"
    meta = {row[0].value: row[1].value for row in book["_meta"].iter_rows()}
    assert (meta["organisation"], meta["period"]) == ("1027400000001", "2025-2026")
    said = [cell.value for row in book[GUIDE_SHEET].iter_rows() for cell in row]
    assert "2025/26 учебный год" in said and "Зелёная ячейка" in said


def test_the_guide_of_a_prepared_blank_is_nobodys_data() -> None:
    book = opened(blank_workbook(contract("S5"), KNOWN))
    for row in (4, 5):
        for column in range(2, 11):
            if (row, column) != (4, 2):
                book["Намерения"].cell(row, column, 3)
    result = read_submission_file(saved(book), file_name="S5.xlsx", expected=SENDER)
    assert result.findings == []


def test_what_somebody_wrote_on_the_guide_is_reported() -> None:
    book = opened(blank_workbook(contract("S5"), KNOWN))
    book[GUIDE_SHEET]["D5"] = "Приложение: 12 человек"
    result = read_submission_file(saved(book), file_name="S5.xlsx", expected=SENDER)
    assert [f.sheet for f in result.findings if f.rule_id == "READ.EXTRA_SHEET"] == [GUIDE_SHEET]


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(("region", "letter"), [("chelyabinsk", "Ч"), ("tyumen", "Т")])
def test_the_codes_of_the_region_are_offered_and_explained(region: str, letter: str) -> None:
    book = opened(blank_workbook(contract("S3"), KnownValues(region_code=region)))
    target = book.defined_names["list_measure_code"].attr_text
    column = target[len("_lists!$")]
    codes = [cell.value for cell in book["_lists"][column][1:] if cell.value]
    assert codes and all(code.startswith(letter) for code in codes)
    assert set(codes) <= {row[0].value for row in book[GUIDE_SHEET].iter_rows()}
    rules = {str(rule.sqref): rule for rule in book["Мероприятия"].data_validations.dataValidation}
    assert (rules["B5:B2004"].type, rules["B5:B2004"].errorStyle) == ("list", "warning")


def test_totals_over_known_numbers_are_there_before_anybody_recalculates() -> None:
    known = KnownValues(
        values={"by_grade": {"6": {"students": 20}, "7": {"students": 22}}},
        sources={("by_grade", "students"): "числа – из другой формы"},
    )
    content = blank_workbook(contract("S1"), known)
    assert openpyxl.load_workbook(io.BytesIO(content), data_only=True)["Контингент"]["B10"].value == 42


def test_a_csv_blank_is_the_header_of_the_form() -> None:
    known = KnownValues(values={"card": {"ogrn": "1027400000001", "organisation_name": "Колледж; филиал"}})
    content = blank_file(contract("P2"), "csv", known)
    assert content.startswith(b"\xef\xbb\xbf") and content.count(b"\r\n") == content.count(b"\n")
    assert content.decode("utf-8-sig").split("\r\n")[:6] == [
        "Форма;P2;2.0.0",
        "ОГРН организации;1027400000001",
        "ИНН организации;",
        'Наименование организации;"Колледж; филиал"',
        "Отчётный месяц;",
        "Запланировано проб на месяц;",
    ]
    result = read_submission_file(content, file_name="P2.csv", expected=SENDER)
    assert not {f.rule_id for f in result.findings} & {"READ.HEADER", "READ.LABEL", "READ.HEADER_MOVED"}


def test_a_json_blank_has_every_key_of_the_form() -> None:
    content = blank_file(contract("C1"), "json", KnownValues(values={"card": {"period": "2025-09"}}))
    document = json.loads(content)
    assert (document["form"], document["version"]) == ("C1", "1.0.0")
    assert list(document["data"]) == [f.name for f in contract("C1").section("card").fields]
    assert document["data"]["period"] == "2025-09" and document["data"]["ogrn"] is None


def test_a_format_that_the_form_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="sent as csv, not as xlsx"):
        blank_file(contract("P2"), "xlsx")
    assert blank_name(contract("P2"), "csv") == "P2_2.0.0.csv"


def test_filling_leaves_the_guide_as_it_is() -> None:
    buffer = io.BytesIO()
    write_workbook(contract("S5"), buffer, {"card": REQUISITES})
    result = read_submission_file(buffer.getvalue(), file_name="S5.xlsx", expected=SENDER)
    assert not [f for f in result.findings if f.sheet == GUIDE_SHEET]
