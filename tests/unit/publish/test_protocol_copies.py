"""The copy of the submitter's sheets: wrong cells marked at their addresses, nothing alive, nobody named."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from openpyxl import load_workbook

from expectations.file_check import FileCheck
from ingest.forms.contract import column_letter
from ingest.forms.filling import Formula, SheetEdits
from ingest.readers.read import read_submission_file
from ingest.readers.result import ExpectedSender
from publish.feedback.places import cells_of, short_list
from publish.feedback.rehearsal import rehearsal_protocol, write_rehearsal
from publish.feedback.sheet_copy import LINE_HEIGHT, MOST_ROWS
from tests.bad_files.surgery import TRIAL, csv_p2, s1, s3

EVENTS = "Мероприятия"
RED, YELLOW = "FFF8C9C4", "FFFFE9A8"


def checked(content: bytes, name: str) -> FileCheck:
    """What the reader says of a file, as a check before sending would hold it."""
    result = read_submission_file(content, file_name=name, expected=ExpectedSender("chelyabinsk", None))
    return FileCheck(
        file_name=name, content=content, sha256="ab" * 32, result=result, contract=None, ogrn=None,
        sender=None, region_code=None, timezone="Asia/Yekaterinburg",
        checked_at=datetime.fromisoformat("2026-01-12T10:00:00+05:00"), due=None,
        findings=tuple(result.findings), outcome="rejected", not_checked=(),
    )  # fmt: skip


def book_of(content: bytes, tmp_path: Any, name: str = "form.xlsx") -> tuple[Any, bytes]:
    """The protocol's workbook, as openpyxl sees it and as bytes."""
    _, path = write_rehearsal(checked(content, name), tmp_path)
    return load_workbook(path), path.read_bytes()


def colour(sheet: Any, address: str) -> str | None:
    fill = sheet[address].fill
    return fill.fgColor.rgb if fill.fill_type else None


def test_wrong_cells_are_coloured_and_commented_at_their_own_address(tmp_path: Any) -> None:
    content = s3({}, {"participants_total": "4 из 8"}, {"level": "областной"},
                 edits={EVENTS: SheetEdits({"R3": "Примечание", "R4": "перенесли"})})  # fmt: skip
    book, _ = book_of(content, tmp_path)
    assert book.sheetnames[:2] == ["Протокол", "Замечания"]
    sheet = book[EVENTS]
    assert sheet["N5"].value == "4 из 8"
    assert colour(sheet, "N5") == RED
    assert "получено «4 из 8»" in sheet["N5"].comment.text
    assert colour(sheet, "E6") == RED
    assert colour(sheet, "R4") == YELLOW
    assert colour(sheet, "N4") is None
    assert sheet["N4"].value == 24
    assert sheet["N4"].comment is None
    numbers = [row[0] for row in book["Замечания"].iter_rows() if row[0].hyperlink]
    links = {cell.hyperlink.location for cell in numbers}
    assert f"'{EVENTS}'!N5" in links


def test_rows_of_findings_are_high_enough_for_their_words(tmp_path: Any) -> None:
    """«школьный», «муниципальный», «региональный», «всероссийский» take four lines of a narrow column."""
    book, _ = book_of(s3({"level": "областной"}), tmp_path)
    sheet = book["Замечания"]
    row = next(row[0].row for row in sheet.iter_rows() if row[6].value == "READ.CODE")
    assert sheet.row_dimensions[row].height >= 4 * LINE_HEIGHT


@pytest.mark.parametrize(
    "text",
    ['=HYPERLINK("http://evil.example","Проба")', "=cmd|' /C calc'!A0", "+cmd|' /C calc'!A0", "@SUM(1+1)",
     "-2+cmd|' /C calc'!A0", "\t=1+1"],
)  # fmt: skip
def test_no_text_of_the_submitter_comes_alive(text: str, tmp_path: Any) -> None:
    book, raw = book_of(s3({"title": text, "participants_total": "много"}), tmp_path)
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row)
    assert not str(book[EVENTS]["C4"].value).startswith(("=", "+", "@", "-", "\t"))
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
    for name, part in parts.items():
        assert "<f>" not in part, name
        assert 'TargetMode="External"' not in part, name
        assert "externalLink" not in part, name


def test_formulas_are_shown_as_what_they_gave_or_as_text(tmp_path: Any) -> None:
    link = Formula('HYPERLINK("http://evil.example","Проба")', "Проба")
    book, _ = book_of(s3({"title": link}, {"participants_total": Formula("SUM(H5:M5)", 24)}), tmp_path)
    assert book[EVENTS]["C4"].value == '\'=HYPERLINK("http://evil.example","Проба")'
    assert book[EVENTS]["N5"].value == 24
    assert book[EVENTS]["N5"].data_type == "n"


def test_signs_that_compute_nothing_stay_as_they_are(tmp_path: Any) -> None:
    book, _ = book_of(s3({"winners": "—", "participants_total": "-"}, {"participants_ovz": -5}), tmp_path)
    assert book[EVENTS]["N4"].value == "-"
    assert book[EVENTS]["O5"].value == -5


SECRETS = ("112-233-445 95", "Иванов И., Петров П.", "Сидоров", "Иванова Мария Петровна", "+7 351 000-00-00")


def test_personal_data_are_nowhere_in_the_protocol(tmp_path: Any) -> None:
    """Neither what betrayed them nor what stands beside it, nor the persons whom the form asks for."""
    events = s3(
        {"title": "Проба 112-233-445 95"},
        edits={EVENTS: SheetEdits({"R3": "ФИО обучающихся", "R4": "Иванов И., Петров П.", "T9": "Сидоров"})},
    )
    passport = s1(
        {"responsible_full_name": "Иванова Мария Петровна", "responsible_phone": "+7 351 000-00-00",
         "profminimum_hours_plan": "сорок"},
    )  # fmt: skip
    for number, content in enumerate((events, passport)):
        folder = tmp_path / str(number)
        folder.mkdir()
        book, _ = book_of(content, folder)
        page = next(folder.glob("*.html")).read_text(encoding="utf-8")
        values = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
        notes = [c.comment.text for sheet in book for row in sheet.iter_rows() for c in row if c.comment]
        told = "\n".join([page, *values, *notes])
        for secret in SECRETS:
            assert secret not in told
        assert "скрыто: персональные данные" in values
        assert "Персональные данные в копии скрыты." in values


def test_sheets_that_the_form_does_not_have_are_not_copied(tmp_path: Any) -> None:
    content = s3({"participants_total": "много"})
    book = load_workbook(io.BytesIO(content))
    book.create_sheet("Черновик")["A1"] = "что-то своё"
    buffer = io.BytesIO()
    book.save(buffer)
    protocol, _ = book_of(buffer.getvalue(), tmp_path)
    assert "Черновик" not in protocol.sheetnames
    assert EVENTS in protocol.sheetnames


def test_long_sheets_show_the_rows_around_the_findings_and_say_so(tmp_path: Any) -> None:
    events: list[Mapping[str, Any]] = [{} for _ in range(900)]
    events[500] = {"participants_total": "много"}  # row 504
    book, raw = book_of(s3(*events), tmp_path)
    sheet = book[EVENTS]
    assert sheet["N504"].value == "много"
    assert colour(sheet, "N504") == RED
    assert [row for row in range(495, 515) if sheet[f"B{row}"].value] == [502, 503, 504, 505, 506]
    assert sheet["A7"].value == "… строки 7–501 здесь не показаны: в них замечаний нет"
    assert sheet["A507"].value == "… строки 507–903 здесь не показаны: в них замечаний нет"
    first = [str(row[0].value) for row in book["Протокол"].iter_rows()]
    assert f"Показаны только строки рядом с замечаниями, лист слишком длинный: «{EVENTS}»." in first
    assert len(raw) < 60_000


def test_more_findings_than_fit_are_counted(tmp_path: Any) -> None:
    book, _ = book_of(s3(*({"participants_total": "много"} for _ in range(900))), tmp_path)
    sheet = book[EVENTS]
    shown = [row for row in range(4, 904) if sheet[f"N{row}"].value == "много"]
    assert len(shown) <= MOST_ROWS
    left = 900 - len(shown)
    assert sheet[f"A{shown[-1] + 1}"].value == (
        f"… строки {shown[-1] + 1}–903 здесь не показаны, замечания есть в {left} из них"
    )


def test_csv_and_json_are_shown_as_grids(tmp_path: Any) -> None:
    content = csv_p2(TRIAL.replace("Проба «Сварщик»", "=HYPERLINK(0)")).encode()
    book, _ = book_of(content, tmp_path, "пробы.csv")
    assert book.sheetnames == ["Протокол", "Замечания", "Файл CSV"]
    assert book["Файл CSV"]["B8"].value == "'=HYPERLINK(0)"
    assert colour(book["Файл CSV"], "B8") == RED
    document = {"form": "C1", "version": "1.0.0", "data": {"ogrn": "1", "service_plan_year": "сто"}}
    book, _ = book_of(json.dumps(document, ensure_ascii=False).encode(), tmp_path, "услуга.json")
    sheet = book["Файл JSON"]
    places = {row[0].value: row[1] for row in sheet.iter_rows()}
    assert places["data.service_plan_year"].value == "сто"
    assert colour(sheet, places["data.service_plan_year"].coordinate) == RED


def test_file_that_cannot_be_opened_has_findings_but_no_copy(tmp_path: Any) -> None:
    book, _ = book_of(b"%PDF-1.7\n", tmp_path, "скан.xlsx")
    assert book.sheetnames == ["Протокол", "Замечания"]
    first = "\n".join(str(row[0].value) for row in book["Протокол"].iter_rows())
    assert "Копии ваших листов нет" in first


def test_same_file_gives_the_same_bytes(tmp_path: Any) -> None:
    content = s3({"participants_total": "много", "level": "областной"})
    made = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        paths = write_rehearsal(checked(content, "form.xlsx"), tmp_path / name)
        made.append([path.read_bytes() for path in paths])
    assert made[0] == made[1]


def test_same_error_is_one_group_with_a_list_of_cells() -> None:
    events = [{"participants_total": "много"} if row in (1, 2, 5) else {} for row in range(7)]
    protocol = rehearsal_protocol(checked(s3(*events), "form.xlsx"))
    (group,) = [g for g in protocol.groups if g.rule_id == "READ.TYPE"]
    assert group.count == 3
    assert [place.where for place in group.places] == [f"лист «{EVENTS}»: N5:N6, N9"]
    assert group.title == "«Участников всего»: получено «много», ожидается целое число от 0 до 30000."


@pytest.mark.parametrize(
    ("address", "cells"),
    [
        ("C7", [(7, 3)]),
        ("A4:B5", [(4, 1), (4, 2), (5, 1), (5, 2)]),
        ("строка 8, столбец 2", [(8, 2)]),
        ("строка 3", [(3, 1), (3, 2)]),
        ("строки 5–6, столбцы 2, 4", [(5, 2), (5, 4), (6, 2), (6, 4)]),
        ("data.period", []),
    ],
)
def test_addresses_lead_to_cells(address: str, cells: list[tuple[int, int]]) -> None:
    assert list(cells_of(address)) == cells


def test_addresses_are_listed_briefly() -> None:
    listed = [f"{column_letter(3)}{row}" for row in (7, 5, 6, 9)]
    assert short_list([*listed, "A4:B5", "строка 3"]) == "C5:C7, C9, A4:B5, строка 3"
