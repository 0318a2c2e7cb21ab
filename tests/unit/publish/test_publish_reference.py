"""The annual reference says what the facts say, in all three formats."""

from __future__ import annotations

import dataclasses
import html
import io
import json
import re
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from page_requests import external_requests
from publish_sample import FACTS, MUNICIPALITIES, REGION, VALUES, YEAR, value

from publish.blocks import BulletList, Figure, Heading, Note, Number, Paragraph, Run, Table, numbers_of
from publish.manifest import Release, is_current
from publish.mart_rows import Rated
from publish.origins import recipes
from publish.reference.build import numbers_file, write_reference
from publish.reference.closing import appendices
from publish.reference.document import build_document
from publish.reference.facts import ReferenceFacts
from publish.reference.outcomes import centers, municipal_table, other_methodology
from publish.reference.problems import problem_zones, region_below_target, worst_quarter
from publish.reference.texts import rules

NBSP, MINUS = "\u00a0", "\u2212"


@pytest.fixture(scope="module")
def document():
    return build_document(FACTS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("reference") / "2025-2026"
    write_reference(FACTS, target, Release("annual_reference", REGION, YEAR, FACTS.as_of, "a" * 64))
    return target


def text_of(runs: tuple[Run, ...]) -> str:
    return "".join(run.text if isinstance(run, Number) else run for run in runs)


def paragraphs(document) -> str:
    lines = []
    for block in document.blocks:
        if isinstance(block, Paragraph | Note):
            lines.append(text_of(block.runs))
        elif isinstance(block, BulletList):
            lines += [text_of(item) for item in block.items]
        elif isinstance(block, Heading):
            lines.append(block.text)
    return "\n".join(lines)


def table(blocks, caption: str) -> list[list[str]]:
    found = next(b for b in blocks if isinstance(b, Table) and b.caption.startswith(caption))
    return [[run.bare if isinstance(run, Number) else run for run in row] for row in found.rows]


def test_sections_stand_in_their_order(document):
    headings = [block.text for block in document.blocks if isinstance(block, Heading) and block.level == 1]
    assert [heading.split(".")[0] for heading in headings[:13]] == [str(number) for number in range(1, 14)]
    assert [heading.split(".")[0] for heading in headings[13:]] == [
        "Приложение А",
        "Приложение Б",
        "Приложение В",
        "Приложение Г",
    ]


def test_coverage_counts_and_agrees(document):
    # by hand: 4+16+1000 due, 4+15+981 sent, 3+15+961 accepted, 3+12+900 in time, 1+0+11 not accepted
    said = paragraphs(document)
    assert f"должно было поступить 1{NBSP}020 отчётов. Сдано 1{NBSP}000 (98,0{NBSP}%)" in said
    assert f"принято 979 (96,0{NBSP}%), из них в срок — 915 (89,7{NBSP}% от ожидавшихся)" in said
    assert "Возвращено и не исправлено 12 отчётов." in said
    # 979/1020 less 900/1000 = 95.98 - 90 = 5.98
    assert "Доля принятых отчётов изменилась за год на +6,0 п.п." in said


def test_numerals_agree_with_nouns(document):
    said = paragraphs(document)
    assert "103 организации региона" in said
    assert "2 центра занятости" in said
    assert "101 школа" in said
    assert f"41{NBSP}001 обучающийся" in said
    assert f"40{NBSP}120 обучающихся" in said
    assert "201 выпускник 9 классов" in said
    assert "21 предупреждение" in said
    assert "3 критических замечания" in said


def test_results_compare_with_last_year_in_points(document):
    rows = {row[0]: row for row in table(document.blocks, "Направление «Мир профессий»")}
    assert rows["3.1"][2:] == ["61,3", "58,1", "+3,2", "80"]
    assert rows["Z1"][2:] == ["—", "—", "—", "95"]
    ratio = table(document.blocks, "Направление «Трудовая активность»")[0]
    assert ratio[2:] == ["1,50", "1,75", f"{MINUS}0,25", "2"]


def test_targets_that_nothing_compares_with_are_told_so_that_the_sum_closes(document):
    # 1.1 is at 100; 3.1 and 4.2 fall short; of Z1 nobody reported
    assert (
        "Целевое значение задано для 4 показателей: достигнуто по 1, не достигнуто по 2,"
        " ещё по 1 показателю данных нет."
    ) in paragraphs(document)
    # also where the mart has no row at all of an indicator
    without = tuple(v for v in VALUES if v.indicator_code != "Z1")
    assert "ещё по 1 показателю данных нет." in paragraphs(
        build_document(dataclasses.replace(FACTS, values=without))
    )
    known = value("Z1", "region", REGION, YEAR, "100")
    said = paragraphs(build_document(dataclasses.replace(FACTS, values=(*without, known))))
    assert "задано для 4 показателей: достигнуто по 2, не достигнуто по 2." in said


def test_a_load_is_better_when_it_is_lower():
    load = dataclasses.replace(FACTS.indicators[0], unit="обучающихся", good_direction="down")
    assert load.reaches(Decimal(20), Decimal(25)) and not load.reaches(Decimal(30), Decimal(25))
    values = [value("2.3", "municipality", f"m{number}", YEAR, str(number)) for number in range(8)]
    assert worst_quarter(values, rules(), load) == {"m6", "m7"}


def test_matrix_keeps_withheld_absent_and_zero_apart():
    extra = value("3.1", "municipality", MUNICIPALITIES[6].code, YEAR, "0")
    without = [v for v in VALUES if not (v.indicator_code == "3.1" and v.unit_code == MUNICIPALITIES[6].code)]
    facts = (
        FACTS,
        dataclasses.replace(FACTS, values=(*without, extra)),
        dataclasses.replace(FACTS, values=tuple(without)),
    )
    drawn = [table(appendices(one), "Значения показателей 1.1–4.2") for one in facts]
    assert [rows[6][2] for rows in drawn] == ["…", "0,0", "—"]


def test_intentions_are_shares_of_those_surveyed(document):
    rows = {row[0]: row[1:] for row in table(document.blocks, "Намерения выпускников")}
    assert rows["Опрошено, чел."] == [f"1{NBSP}800", f"1{NBSP}901", f"1{NBSP}001"]
    assert rows["Колледж, техникум, %"] == ["38,9", "39,5", "20,1"]  # 700/1800, 750/1901, 201/1001
    assert rows["Не определились, %"] == ["11,1", "10,6", "4,0"]


def test_rating_shows_shift_of_places(document):
    rows = table(document.blocks, "Рейтинг муниципалитетов")
    assert rows[0] == ["1", "город Тюмень", "71,50", "2", "+1", "1"]
    assert rows[1][4] == f"{MINUS}1"
    assert rows[2] == ["—", "город Ишим", "—", "—", "—", "—"]


def test_problem_zones_follow_their_rules():
    assert region_below_target(FACTS, rules()) == ("3.1", "4.2")  # 61.25 < 80, 1.5 < 2; 1.1 is at 100
    zones = {zone.municipality.name: zone for zone in problem_zones(FACTS, rules())}
    tyumen = zones["город Тюмень"]
    assert (tyumen.below_target, tyumen.fallen) == (
        ("4.2",),
        ("3.1",),
    )  # 80 is the target itself; 90 -> 80 is a fall
    assert zones["Абатский муниципальный район"].silent == 1


def test_worst_quarter_needs_enough_units_and_spares_ties():
    def units(*values: str):
        return [value("3.1", "municipality", f"m{index}", YEAR, v) for index, v in enumerate(values)]

    assert worst_quarter(units("1", "2", "3", "4", "5", "6", "7"), rules()) == frozenset()
    assert worst_quarter(units("1", "2", "3", "4", "5", "6", "7", "8"), rules()) == {"m0", "m1"}
    assert worst_quarter(units("1", "2", "2", "4", "5", "6", "7", "8"), rules()) == {"m0"}
    assert worst_quarter(units(*["5"] * 8), rules()) == frozenset()


def test_there_are_at_least_three_charts_that_say_what_they_show(document):
    figures = [block for block in document.blocks if isinstance(block, Figure)]
    assert len(figures) >= 3
    assert all(len(figure.alternative) > 40 and figure.numbers for figure in figures)
    assert 'font-family="PT Sans"' in figures[0].chart.svg
    families = set(re.findall(r'font-family="([^"]+)"', "".join(figure.chart.svg for figure in figures)))
    assert families == {"PT Sans"}


def test_every_number_knows_its_mart(document):
    located = list(numbers_of(document))
    assert len(located) > 150
    for one in located:
        reference = one.number.reference
        assert reference.mart.startswith("marts.")
        assert reference.column
        assert reference.key


def test_every_number_has_a_place_of_its_own_that_a_reader_can_find_out(document):
    located = list(numbers_of(document))
    at = {one.place: one.number for one in located}
    assert len(at) == len(located)
    printed = {place: number.text for place, number in at.items()}
    # «За учебный год должно было поступить 1 020 отчётов. Сдано 1 000 (98,0 %), …»: the third number
    assert printed["Раздел 4, абзац 1, число 3"] == f"98,0{NBSP}%"
    assert printed["Раздел 2, пункт 2, число 1"] == "101"
    # «В 9 классах 91 школы обучается 2 001 выпускник»: the 9 names the classes, the figures are two
    assert printed["Раздел 6.1, абзац 2, число 2"] == f"2{NBSP}001"
    assert printed["Приложение Г, абзац 1, число 1"] == "4"
    assert printed["Рисунок 1, 3.1, 2025/26"] == f"61,3{NBSP}%"
    assert printed["Рисунок 1, 3.1, изменение"] == "+3,2"
    assert printed["Рисунок 2, город Тюмень"] == f"80,0{NBSP}%"
    grounds = [
        one for one in located if re.fullmatch(r"Таблица \d+, строка 1, столбец 3, число 1", one.place)
    ]
    assert [one.number.reference.mart for one in grounds] == ["marts.fct_indicator_value"]
    drawn = [one for one in located if one.is_drawn]
    intended = "Рисунок 3, 9 класс, 2025/26, колледж, техникум"
    assert printed[intended] == f"39,5{NBSP}%"  # 750 of 1901, as the bar says
    assert at[intended].reference.column == "to_spo / surveyed"
    assert {one.place.split(",")[0] for one in drawn} >= {f"Рисунок {n}" for n in range(1, 5)}
    assert all(re.match(r"(Раздел|Приложение|Таблица|Рисунок) ", place) for place in at)


def test_a_page_says_the_place_of_each_number(folder):
    page = (folder / "reference.html").read_text(encoding="utf-8")
    rows = json.loads((folder / "numbers.json").read_text(encoding="utf-8"))
    said = [
        (html.unescape(title), text)
        for title, text in re.findall(r'<data [^>]*title="([^"]*)">([^<]*)</data>', page)
    ]
    stands = [(row["place"], row["text"]) for row in rows if not row["place"].startswith("Рисунок")]
    assert [title for title, _ in said] == [place for place, _ in stands]
    for (_, shown), (place, text) in zip(said, stands, strict=True):
        # The column's title has the unit; a sentence in a cell has its own.
        is_bare = place.startswith("Таблица") and ", число " not in place
        assert shown == (text.removesuffix(f"{NBSP}%") if is_bare else text)


def test_every_digit_printed_in_tables_of_results_is_a_number_with_origin(document):
    results = next(
        b for b in document.blocks if isinstance(b, Table) and b.caption.startswith("Рейтинг муницип")
    )
    plain = [run for row in results.rows for run in row if isinstance(run, str)]
    assert not [text for text in plain if re.search(r"\d", text)]


def test_numbers_file_leads_from_a_figure_to_the_mart(folder):
    rows = json.loads((folder / "numbers.json").read_text(encoding="utf-8"))
    assert rows == json.loads(numbers_file(build_document(FACTS)))
    region = [row for row in rows if row["key"].get("indicator_code") == "3.1" and row["value"] == "61.25"]
    assert region[0]["key"] == {
        "indicator_code": "3.1",
        "region_code": REGION,
        "unit_type": "region",
        "unit_code": REGION,
        "school_year": YEAR,
    }
    assert (region[0]["mart"], region[0]["column"]) == ("marts.fct_indicator_value", "value")


def test_html_is_self_contained_and_marks_numbers(folder):
    page = (folder / "reference.html").read_text(encoding="utf-8")
    assert external_requests(page) == []
    assert page.count("<svg") >= 3
    assert '<data value="61.25" data-mart="marts.fct_indicator_value" data-column="value"' in page
    assert len(re.findall(r"<table", page)) == len(
        [b for b in build_document(FACTS).blocks if isinstance(b, Table)]
    )


def test_docx_follows_the_layout_of_official_documents(folder):
    from docx import Document

    word = Document(str(folder / "reference.docx"))
    section = word.sections[0]
    margins = (section.left_margin, section.right_margin, section.top_margin, section.bottom_margin)
    assert [round(margin.mm) for margin in margins] == [30, 10, 20, 20]
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header.paragraphs[0]._p.xml
    assert word.styles["Normal"].font.size.pt == 13
    for name in ("Normal", "Heading 1", "Heading 2", "Caption"):
        fonts = word.styles[name].element.rPr.rFonts
        assert {value for key, value in fonts.attrib.items()} == {"Times New Roman"}, name
        assert len(fonts.attrib) == 4, name
    headings = [p.text for p in word.paragraphs if p.style.name == "Heading 1"]
    assert headings[0] == "1. Основание и цель"
    for drawn in word.tables:
        assert "w:tblHeader" in drawn.rows[0]._tr.xml
        assert sum(int(column.get(f"{{{drawn._tbl.nsmap['w']}}}w")) for column in drawn._tbl.tblGrid) <= 9650


def test_docx_names_captions_by_field_so_that_an_editor_can_renumber(folder):
    with zipfile.ZipFile(folder / "reference.docx") as archive:
        body = archive.read("word/document.xml").decode("utf-8")
    assert body.count("SEQ Таблица") == len([b for b in build_document(FACTS).blocks if isinstance(b, Table)])
    assert "Рисунок" in body


def test_pdf_is_an_archive_file_with_its_own_typefaces(folder):
    data = (folder / "reference.pdf").read_bytes()
    assert data.startswith(b"%PDF-1.7")
    assert b"pdfaid:part>2<" in data
    assert b"PTSerif" in data


def test_equal_facts_give_equal_bytes_and_nothing_is_left_behind(folder, tmp_path):
    again = tmp_path / "again"
    write_reference(FACTS, again, Release("annual_reference", REGION, YEAR, FACTS.as_of, "a" * 64))
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["manifest.json", "numbers.json", "reference.docx", "reference.html", "reference.pdf"]
    for name in names:
        assert (folder / name).read_bytes() == (again / name).read_bytes(), name
    assert [path.name for path in tmp_path.iterdir()] == ["again"]


def test_docx_hides_nothing_of_the_moment_or_machine(folder):
    archive = zipfile.ZipFile(io.BytesIO((folder / "reference.docx").read_bytes()))
    assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert b"2026-07-20T00:00:00Z" in archive.read("docProps/core.xml")


def test_manifest_notices_a_changed_file(folder, tmp_path):
    copy = tmp_path / "copy"
    write_reference(FACTS, copy, Release("annual_reference", REGION, YEAR, FACTS.as_of, "b" * 64))
    assert is_current(copy, "b" * 64)
    assert not is_current(copy, "c" * 64)
    (copy / "reference.html").write_bytes(b"changed")
    assert not is_current(copy, "b" * 64)


def test_content_hash_follows_every_fact_but_not_the_scale_of_a_decimal():
    changed = dataclasses.replace(FACTS, contingent=())
    assert changed.content_hash() != FACTS.content_hash()
    rescaled = tuple(
        dataclasses.replace(v, value=None if v.value is None else v.value.quantize(Decimal("0.000001")))
        for v in VALUES
    )
    assert dataclasses.replace(FACTS, values=rescaled).content_hash() == FACTS.content_hash()


def published_otherwise(row: Rated) -> Rated:
    """A place that last year's rating published by another methodology, one lower than by this one."""
    if row.previous_rank is None:
        return row
    return dataclasses.replace(row, previous_rank=row.previous_rank + 1, previous_methodology_code="m2024.1")


def test_a_change_of_place_is_of_two_places_by_one_methodology() -> None:
    facts = dataclasses.replace(
        FACTS,
        municipality_rating=tuple(map(published_otherwise, FACTS.municipality_rating)),
        school_rating=tuple(map(published_otherwise, FACTS.school_rating)),
    )
    table = municipal_table(facts)
    first = [cell.value if isinstance(cell, Number) else cell for cell in table.rows[0]]
    # Second last year by the methodology of this one (third as published): one place up.
    assert first[3:5] == [2, 1]
    shift = table.rows[0][4]
    assert isinstance(shift, Number)
    assert (shift.reference.mart, shift.reference.column) == (
        "marts.rating_municipality",
        "previous_rank_recomputed − rank",
    )
    (note,) = other_methodology(facts)
    assert isinstance(note, Note)
    said = text_of(note.runs)
    assert "по одной методике, m2025.1" in said and "опубликован по методике m2024.1" in said


def not_computed_anew(row: Rated) -> Rated:
    """A unit for whose values of last year this year's methodology has no place; last year's has for both."""
    return dataclasses.replace(
        published_otherwise(row),
        previous_rank_recomputed=None,
        rank_by_previous_methodology=None if row.rank is None else row.rank + 2,
    )


def test_years_are_compared_by_the_earlier_methodology_where_this_one_lacks_data() -> None:
    facts = dataclasses.replace(
        FACTS,
        municipality_rating=tuple(map(not_computed_anew, FACTS.municipality_rating)),
        school_rating=tuple(map(not_computed_anew, FACTS.school_rating)),
    )
    first = [cell.value if isinstance(cell, Number) else cell for cell in municipal_table(facts).rows[0]]
    # Published third last year; the same methodology gives the third place to this year's values.
    assert first[3:6] == [3, 3, 0]
    now = municipal_table(facts).rows[0][4]
    assert isinstance(now, Number)
    assert (now.reference.mart, now.reference.column) == ("marts.rating_methodology_effect", "from_rank")
    assert dict(now.reference.key)["from_methodology_code"] == "m2024.1"
    assert recipes.recipe(now.reference.mart, now.reference.column).follow == "rating"
    (note,) = other_methodology(facts)
    assert isinstance(note, Note)
    assert "за оба года по одной методике, m2024.1" in text_of(note.runs)


def by_earlier() -> ReferenceFacts:
    """Facts of a region whose two years are compared by last year's methodology, in all four ratings."""
    ratings = ("municipality_rating", "school_rating", "center_rating", "college_rating")
    return dataclasses.replace(
        FACTS, **{name: tuple(map(not_computed_anew, getattr(FACTS, name))) for name in ratings}
    )


@pytest.mark.parametrize("facts", [FACTS, by_earlier()], ids=["by this methodology", "by the earlier one"])
def test_every_shift_is_the_difference_of_two_places_of_its_row(facts: ReferenceFacts) -> None:
    compared = 0
    drawn = [b for b in build_document(facts).blocks if isinstance(b, Table) and "Рейтинг" in b.caption]
    assert len(drawn) >= 5
    for one in drawn:
        titles = [column.title.replace("\u00ad", "") for column in one.columns]
        place = next(
            title for title in ("Место по прежней методике", "Место в регионе", "Место") if title in titles
        )
        for row in one.rows:
            cells = {
                title: run.value if isinstance(run, Number) else run
                for title, run in zip(titles, row, strict=True)
            }
            if cells["Сдвиг"] is not None:
                compared += 1
                assert cells["Место год назад"] - cells[place] == cells["Сдвиг"]
    assert compared >= 3


def test_every_measure_of_the_road_map_has_its_line(document) -> None:
    """A zero was reported; a dash says that no report tells anything of it."""
    said = paragraphs(document)
    assert "В дорожной карте 4 меры. Выполнено — 1, выполняется частично — 1, не отчитались — 0" in said
    assert "вне срока — 0, ни одна форма года о мере не спрашивает — 1, вне плана года — 1." in said
    assert table(document.blocks, "Меры направления 1 «Нормы»") == [
        ["Т1.1", "Приказ", "выполнена", "100,0", "12", "—", "—", "11"],
        ["Т1.2", "Циклограмма", "формы нет", "—", "—", "—", "—", "—"],
    ]
    assert table(document.blocks, "Меры направления 3 «Мероприятия»") == [
        ["Т3.2", "Экскурсии", "частично", "98,0", f"1{NBSP}955", f"2{NBSP}100", f"45{NBSP}300", "0"],
        ["Т3.10", "Форум", "вне плана года", "—", "—", "—", "—", "—"],
    ]


def test_centres_and_colleges_have_tables_of_their_own(document) -> None:
    listed = table(document.blocks, "Рейтинг центров занятости")
    assert [row[:4] for row in listed] == [
        ["1", "ЦЗН города Тюмени", "город Тюмень", "70,00"],
        ["—", "ЦЗН Абатского района", "город Тюмень", "—"],
    ]
    assert len(listed[0]) == 7  # with the place in the group, which colleges do not have
    assert [len(row) for row in table(document.blocks, "Рейтинг колледжей")] == [6]
    said = paragraphs(document)
    assert "у 2 муниципалитетов, 2 школ, 1 центра занятости и 1 колледжа" in said


def test_a_rating_in_which_nobody_has_a_place_is_said_and_not_drawn() -> None:
    nobody = tuple(dataclasses.replace(row, is_ranked=False, rank=None) for row in FACTS.center_rating)
    (said,) = centers(dataclasses.replace(FACTS, center_rating=nobody))
    assert isinstance(said, Paragraph)
    assert text_of(said.runs).startswith(
        "Рейтинг не составлен: двух третей веса методики нет ни у одного участника (всего 2)."
    )


def test_nothing_is_said_where_last_year_had_the_same_methodology() -> None:
    assert other_methodology(FACTS) == []
