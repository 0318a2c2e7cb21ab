"""The copy of a form sent as XLS or ODS: marked where its submitter sees the cell, and nobody named."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from expectations.file_check import FileCheck
from ingest.readers.read import read_submission_file
from ingest.readers.result import ExpectedSender
from publish.feedback.rehearsal import write_rehearsal

TESTS = Path(__file__).parents[2]
MUSEUM = TESTS / "bad_files" / "files"
SAVED = TESTS / "unit" / "forms" / "saved_by_libreoffice"
EVENTS = "Мероприятия"
RED, YELLOW = "FFF8C9C4", "FFFFE9A8"
SUFFIXES = ("xls", "ods")


def protocol_of(path: Path, folder: Path, ogrn: str | None = None) -> tuple[Any, str]:
    """The protocol of a file that an organisation sent: its workbook and its page."""
    content = path.read_bytes()
    result = read_submission_file(content, file_name=path.name, expected=ExpectedSender("chelyabinsk", ogrn))
    check = FileCheck(
        file_name=path.name, content=content, sha256="ab" * 32, result=result, contract=None, ogrn=None,
        sender=None, region_code=None, timezone="Asia/Yekaterinburg",
        checked_at=datetime.fromisoformat("2026-01-12T10:00:00+05:00"), due=None,
        findings=tuple(result.findings), outcome="rejected", not_checked=(),
    )  # fmt: skip
    page, book = write_rehearsal(check, folder)
    return load_workbook(book), page.read_text(encoding="utf-8")


def marks(sheet: Any) -> dict[str, str]:
    return {
        cell.coordinate: cell.fill.fgColor.rgb
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment is not None
    }


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_wrong_cells_of_a_legacy_file_are_coloured_and_commented(suffix: str, tmp_path: Path) -> None:
    book, page = protocol_of(MUSEUM / f"traps.{suffix}", tmp_path)
    assert book.sheetnames == ["Протокол", "Замечания", "Реквизиты", EVENTS, "Охват"]
    # An error, ЛОЖЬ, a date, two merged codes, a link, an error; beside the form a heading of their own.
    red = dict.fromkeys(("N4", "N5", "O6", "B6", "B7", "C8", "Q9"), RED)
    assert marks(book[EVENTS]) == {**red, "S3": YELLOW}
    assert marks(book["Реквизиты"]) == marks(book["Охват"]) == {}
    sheet = book[EVENTS]
    assert [sheet[cell].value for cell in ("N4", "N5", "O6", "Q9")] == [
        "#DIV/0!",
        "ЛОЖЬ",
        "01.02.2025",
        "#DIV/0!",
    ]
    assert "получено «ЛОЖЬ»" in sheet["N5"].comment.text
    assert "Критическое замечание" in sheet["N4"].comment.text
    assert "Предупреждение" in sheet["S3"].comment.text
    assert (sheet["N6"].value, sheet["N6"].comment) == (24, None)
    numbers = [row[0] for row in book["Замечания"].iter_rows() if row[0].hyperlink]
    assert f"'{EVENTS}'!N5" in {cell.hyperlink.location for cell in numbers}
    assert "ЛОЖЬ" in page


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_link_of_a_legacy_file_stays_a_text(suffix: str, tmp_path: Path) -> None:
    book, _ = protocol_of(MUSEUM / f"traps.{suffix}", tmp_path)
    link = book[EVENTS]["C8"]
    assert link.data_type == "s" and link.value.startswith("'=HYPERLINK(")
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_persons_of_a_legacy_file_are_not_shown(suffix: str, tmp_path: Path) -> None:
    """A passport with another school's number: the responsible person is kept back in its copy."""
    book, page = protocol_of(SAVED / f"S1_named.{suffix}", tmp_path, ogrn="1027400000002")
    sheet = book["Паспорт"]
    labels = {row[0].value: row[1] for row in sheet.iter_rows(max_col=2)}
    assert marks(sheet) == {labels["ОГРН организации"].coordinate: RED}
    hidden = ("ФИО ответственного", "Телефон ответственного")
    assert [labels[label].value for label in hidden] == ["скрыто: персональные данные"] * 2
    assert labels["Наименование организации"].value == "МБОУ «СОШ № 1»"
    told = page + "".join(str(cell.value) for each in book for row in each.iter_rows() for cell in row)
    assert not [word for word in ("Иванова", "000-00-00") if word in told]
    assert "1027400000001" in page
