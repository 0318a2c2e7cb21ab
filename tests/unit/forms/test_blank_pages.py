"""What a person sees of a blank: its deadline, the names of its lists, its pages."""

from __future__ import annotations

import io

import openpyxl
import pytest

from ingest.calendar.due_words import due_in_words
from ingest.forms.catalogue import contract
from ingest.forms.column_widths import pages_across, table_width
from ingest.forms.known_values import KnownValues
from ingest.forms.row_heights import lines_of
from ingest.forms.template import blank_workbook


def blank(code: str, region_code: str) -> openpyxl.Workbook:
    return openpyxl.load_workbook(
        io.BytesIO(blank_workbook(contract(code), KnownValues(region_code=region_code)))
    )


def guide_of(book: openpyxl.Workbook) -> dict[str, str | None]:
    return {str(left): right for left, right in book["Как заполнить"].iter_rows(max_col=2, values_only=True)}


@pytest.mark.parametrize(
    ("code", "period_code", "due"),
    [
        ("C7", None, "не позднее 10 апреля"),
        ("S3", None, "не позднее 10-го дня после окончания квартала"),
        ("C3", None, "не позднее 5-го рабочего дня после окончания месяца"),
        ("P4", None, "за первое полугодие – не позднее 31 мая; за второе полугодие – не позднее 30 сентября"),
        ("P4", "2025-H2", "не позднее 30.09.2025"),
        ("S1", "2025-2026", "не позднее 15.10.2025"),
    ],
)
def test_a_deadline_is_told_in_words_and_for_a_period_as_a_day(
    code: str, period_code: str | None, due: str
) -> None:
    assert due_in_words(contract(code), period_code, "chelyabinsk" if code[0] != "C" else "tyumen") == due


def test_the_guide_says_by_when_and_which_column_takes_which_codes() -> None:
    guide = guide_of(blank("P3", "chelyabinsk"))
    assert guide["Срок сдачи"] == "не позднее 15 октября"
    assert guide["75503000"] == "Агаповский муниципальный округ", "the name that came with the code"
    assert guide["75654000"] == "Троицкий муниципальный район"
    assert guide["75752000"] == "Троицкий городской округ", "two names that a code alone does not tell apart"
    assert guide["75701000"] == "Челябинский городской округ"
    assert "71503000" not in guide, "a municipality of the other region"
    assert "75603000" not in guide, "a code that has been replaced"
    heading = "лист «Откуда принятые», столбец «Код ОКТМО муниципального образования школы»"
    assert f"Муниципальные образования и их ОКТМО: {heading}" in guide
    two_lists = [
        line for line in guide_of(blank("S11", "chelyabinsk")) if line.startswith("Мероприятия дорожной")
    ]
    assert [line.partition("лист ")[2].partition(",")[0] for line in two_lists] == [
        "«Конкурсы»",
        "«Практики»",
    ]


def test_a_list_of_thirty_columns_goes_over_pages_that_repeat_its_first_columns() -> None:
    events = contract("C3").section("events")
    assert pages_across(events) == 3
    sheet = blank("C3", "tyumen")["Мероприятия"]
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (3, 0)
    assert (sheet.print_title_cols, sheet.print_title_rows) == ("$A:$B", "$3:$3")
    assert sheet.freeze_panes == "C4"
    heading = sorted(str(area) for area in sheet.merged_cells.ranges)
    assert heading == ["A1:B1", "A2:B2"], "a heading beside the repeated columns would be cut off"


def test_a_total_of_money_keeps_its_kopecks() -> None:
    sheet = blank("C7", "tyumen")["Инструментарий"]
    assert sheet["E3"].value == "Затраты на приобретение за 12 месяцев, тыс. руб."
    assert [sheet[cell].number_format for cell in ("D8", "E8")] == ["0", "0.00"]


def test_a_name_that_form_and_section_share_is_printed_once() -> None:
    book = blank("P3", "chelyabinsk")
    assert [book[name]["A1"].value for name in ("Приём", "Откуда принятые")] == [
        "P3. Приём",
        "P3. Приём: Откуда принятые",
    ]


def test_a_number_of_an_agreement_needs_less_room_than_a_name() -> None:
    agreements = contract("C8").section("agreements")
    assert table_width(agreements.field("agreement_no")) == 26
    assert table_width(agreements.field("partner_name")) == 44


@pytest.mark.parametrize(
    ("text", "characters", "lines"),
    [("", 5, 1), ("пять слов", 9, 1), ("пять слов", 8, 2), ("длинноеслово", 5, 3), ("а б в", 1, 3)],
)
def test_lines_are_counted_as_words_wrap(text: str, characters: int, lines: int) -> None:
    assert lines_of(text, characters) == lines
