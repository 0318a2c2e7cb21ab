"""The data dictionary, the workbook of rules and the set of all blanks that a ministry publishes."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl

from expectations.registry import rule_book
from expectations.rule_workbook import rules_workbook
from ingest.forms.catalogue import all_contracts, load_contracts
from ingest.sources.regions import load_regions
from publish.forms.blanks import all_blanks, write_blanks
from publish.forms.dictionary import dictionary
from publish.forms.dictionary_files import dictionary_page, dictionary_workbook, write_dictionary


def rows(content: bytes, sheet: str) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    return list(book[sheet].iter_rows(values_only=True))


def test_the_dictionary_has_every_field_of_every_version() -> None:
    lines = rows(dictionary_workbook(dictionary()), "Показатели")
    header, body = list(lines[0]), lines[1:]
    at = [header.index(name) for name in ("Форма", "Версия", "Раздел", "Поле")]
    assert sorted(tuple(line[i] for i in at) for line in body) == sorted(
        (c.code, c.version, s.name, f.name) for c in all_contracts() for s in c.sections for f in s.fields
    )
    students = next(dict(zip(header, line, strict=True)) for line in body if line[at[3]] == "students")
    assert (students["Форма"], students["Показатель"], students["Единица"]) == (
        "S1",
        "Обучающихся всего",
        "чел.",
    )
    assert students["Границы, образец"] == "от 0 до 5\u00a0000"
    assert (students["Таблица raw"], students["Модель staging"]) == ("raw.s1__by_grade", "stg_s1__by_grade")
    assert students["Место в бланке"] == "Контингент, B"


def test_the_dictionary_page_stands_alone_and_leads_to_every_form() -> None:
    page = dictionary_page(dictionary()).decode()
    assert not re.search(r"""(?:src|href)=["'](?!#)""", page)
    anchors, ids = re.findall(r'href="#([A-Z][^"]+)"', page), re.findall(r'<h2 id="([^"]+)"', page)
    assert anchors == ids and len(ids) == len(all_contracts())
    assert "персональные данные: хранятся отдельно" in page


def test_personal_fields_name_no_table() -> None:
    lines = rows(dictionary_workbook(dictionary()), "Показатели")
    header = list(lines[0])
    personal = [dict(zip(header, line, strict=True)) for line in lines[1:] if "responsible_phone" in line]
    assert personal and all(p["Персональные данные"] == "да" and not p["Таблица raw"] for p in personal)


def test_two_runs_give_equal_bytes(tmp_path: Path) -> None:
    first, second = write_dictionary(tmp_path / "a"), write_dictionary(tmp_path / "b")
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]
    assert rules_workbook() == rules_workbook()


def test_the_workbook_of_rules_has_a_sheet_per_form_with_all_its_rules() -> None:
    content = rules_workbook()
    names = openpyxl.load_workbook(io.BytesIO(content), read_only=True).sheetnames
    assert names[:2] == ["Как читать", "Чтение файлов"] and names[-1] == "Между формами"
    assert set(names[2:-1]) == set(load_contracts())
    lines = rows(content, "S1")
    assert lines[0][0] == "Что проверяется" and lines[0][5] == "Что сделать"
    assert {line[6] for line in lines[1:]} == {rule.id for rule in rule_book("S1").rules}
    assert all(all(line) for line in lines[1:])


def test_the_workbook_of_rules_names_what_is_filled_in_by_its_russian_title() -> None:
    content = rules_workbook()
    said = {line[6]: line[4] for line in rows(content, "C1")}
    assert said["C1.ARITHMETIC.AGE_14_17_WITHIN_FACT"] == (
        "Получателей 14–17 лет ([что получено]) больше, чем получателей услуги всего с начала года "
        "([Получили услугу с начала года])."
    )
    for name in ("Чтение файлов", "S3", "P4", "Между формами"):
        assert not [line for line in rows(content, name) if re.search(r"[{}]|[a-z]+_[a-z]+", line[4])]


def test_every_form_in_force_has_its_blank_in_every_region(tmp_path: Path) -> None:
    blanks = all_blanks("tyumen")
    paths = write_blanks([b for b in blanks if b.contract.code in ("S3", "P2", "C1")], tmp_path)
    assert {"tyumen/S3_1.0.0.xlsx", "tyumen/P2_1.0.0.csv", "tyumen/C1_1.0.0.json"} <= {
        path.relative_to(tmp_path).as_posix() for path in paths
    }
    for code, region in load_regions().items():
        owed = {form for kind in region.kinds for form in region.forms_of(kind)} & set(load_contracts())
        assert {b.contract.code for b in all_blanks(code)} == owed
