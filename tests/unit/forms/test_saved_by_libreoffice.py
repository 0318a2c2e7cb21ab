"""Blanks that were filled in and saved by LibreOffice 7.4 as XLSX, XLS and ODS are read as they were filled.

The files are ours: blanks S1 and S3 1.0.0 with the values below, converted with ``soffice --convert-to``.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingest.forms.catalogue import find_version
from ingest.readers.read import read_submission_file
from ingest.readers.result import ExpectedSender, ReadResult

FOLDER = Path(__file__).parent / "saved_by_libreoffice"
SUFFIXES = ("xlsx", "xls", "ods")
GRADES = ("6", "7", "8", "9", "10", "11")


def read(form: str, suffix: str) -> ReadResult:
    return read_submission_file(
        FOLDER / f"{form}.{suffix}",
        file_name=f"{form}.{suffix}",
        expected=ExpectedSender("chelyabinsk", "1027400000001"),
    )


def row(form: str, result: ReadResult, section: str, number: int = 0) -> dict[str, object]:
    contract = find_version(form, "1.0.0")
    assert contract is not None
    names = ["row_no", *(f.name for f in contract.section(section).raw_fields), "notes"]
    return dict(zip(names, result.sections[section].rows[number], strict=True))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_passport_is_read_as_it_was_filled_in(suffix: str) -> None:
    result = read("S1", suffix)
    assert result.findings == []
    card = row("S1", result, "card")
    assert (card["ogrn"], card["period"], card["oktmo"]) == ("1027400000001", "2025-2026", "75701310")
    assert card["organisation_name"] == "МБОУ «СОШ № 1 им. А. С. Пушкина»"
    assert (card["has_order"], card["vsoko_has_indicators"]) == (True, False)
    assert (card["profminimum_level"], card["profminimum_hours_actual"]) == ("basic", 0)
    assert card["site_section_updated_on"] == date(2025, 9, 15)
    students = [row("S1", result, "by_grade", number)["students"] for number in range(7)]
    assert students == [20, 21, 22, 23, 24, 25, 135]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_events_are_read_as_they_were_filled_in(suffix: str) -> None:
    result = read("S3", suffix)
    assert [(f.rule_id, f.sheet, f.cell) for f in result.findings] == [
        ("READ.NO_DATA", "Мероприятия", "P4"),  # «нет данных» was answered
        ("READ.FORMULA_TEXT", "Мероприятия", "C5"),  # the title is «=1+1», as text
        ("READ.FORM_VERSION", "Реквизиты", "B7"),  # 2.0.0 is in force for 2025-Q4
    ]
    first, second = (row("S3", result, "events", number) for number in (0, 1))
    assert (first["event_date"], second["event_date"]) == (date(2025, 10, 1), date(2025, 12, 31))
    assert (first["measure_code"], first["activity_kind"], first["format"]) == ("Ч4.4", "trial", "in_person")
    assert (first["participants_total"], second["winners"], first["winners"]) == (21, 3, None)
    assert [row("S3", result, "coverage", number)["unique_total"] for number in range(4)] == [13] * 4
