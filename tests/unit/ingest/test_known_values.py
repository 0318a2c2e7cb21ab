"""What the ledger and the raw tables know of a form before it is filled in."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from territory import Territory, inn, ogrn, row, s1

from ingest.forms.catalogue import contract
from ingest.forms.contract import FormContract, PrefilledFrom
from ingest.forms.known_values import UnknownOrganisationError, known_values, source_period
from ingest.forms.template import blank_workbook
from ingest.periods import parse_period
from ingest.pull import plan_pull, pull_shard
from ingest.sources.registry import load_registry
from orientir.cli import main
from warehouse.connection import connect

SCHOOL = 7


@pytest.fixture
def school(territory: Territory) -> str:
    """A registered school whose form S1 for 2025-2026 was read; nobody has decided on it yet."""
    territory.register(row("school", SCHOOL), row("employment_center", 8))
    territory.put(f"chelyabinsk/{ogrn(SCHOOL)}/S1.xlsx", s1(SCHOOL))
    load_registry("chelyabinsk")
    for shard in plan_pull("school", "chelyabinsk"):
        pull_shard(shard)
    return ogrn(SCHOOL)


def decide(outcome: str) -> None:
    """Decides on the form S1, which has 25 pupils with ОВЗ in grade 9."""
    with connect("loader") as connection:
        connection.execute(
            "insert into ledger.decision"
            " select submission_id, 'r', %s, 0, 0, now(), true from ledger.submission",
            [outcome],
        )
        connection.execute("update raw.s1__by_grade set students_ovz = 25 where row_code = '9'")
        connection.commit()


def test_requisites_come_from_the_registry(school: str) -> None:
    with connect("auditor") as connection:
        known = known_values(connection, contract("S1"), school, None)
    assert known.values["card"] == {
        "ogrn": school,
        "inn": inn(SCHOOL),
        "organisation_name": f"Организация {SCHOOL}",
        "oktmo": "75701000",
    }
    assert known.region_code == "chelyabinsk" and known.missing == ()


def test_denominators_come_from_the_accepted_form(school: str) -> None:
    decide("accepted_with_warnings")
    with connect("auditor") as connection:
        known = known_values(connection, contract("S7"), school, "2025-2026")
    marked = [
        (section, field)
        for section in contract("S7").sections
        for field in section.fields
        if field.prefilled_from is not None and field.prefilled_from.field == "students_ovz"
    ]
    section, field = marked[0]
    values = known.values[section.name]
    assert values["9"][field.name] == 25 and values["8"][field.name] == 10
    assert section.total_row not in values
    assert "числа – из вашей формы S1 за 2025-2026" in known.sources.values()


def known_from_two_grades(code: str, section_name: str, field_name: str) -> FormContract:
    """The form, with one field that is known as the pupils of grades 10 and 11 together."""
    form = contract(code)
    known = PrefilledFrom("S1", "by_grade", "students", ("10", "11"))
    section = form.section(section_name)
    fields = tuple(
        replace(field, prefilled_from=known if field.name == field_name else None) for field in section.fields
    )
    sections = tuple(
        replace(section, fields=fields) if each.name == section_name else each for each in form.sections
    )
    return replace(form, sections=sections)


def count_pupils(grade_10: int | None, grade_11: int | None) -> None:
    with connect("loader") as connection:
        for grade, pupils in (("10", grade_10), ("11", grade_11)):
            connection.execute(
                "update raw.s1__by_grade set students = %s where row_code = %s", [pupils, grade]
            )
        connection.commit()


def test_rows_of_the_source_are_added_up(school: str) -> None:
    decide("accepted")
    count_pupils(31, 27)
    card = known_from_two_grades("S8", "card", "resource_teachers")
    matrix = known_from_two_grades("S5", "by_grade", "graduates")
    with connect("auditor") as connection:
        on_card = known_values(connection, card, school, "2025-H2")
        in_matrix = known_values(connection, matrix, school, "2025-2026")
    assert on_card.values["card"]["resource_teachers"] == 58
    assert in_matrix.values["by_grade"] == {"9": {"graduates": 58}, "11": {"graduates": 58}}
    cell = openpyxl.load_workbook(io.BytesIO(blank_workbook(matrix, in_matrix)))["Намерения"]["B4"]
    assert (cell.value, cell.protection.locked) == (58, True)


def test_a_sum_is_not_known_while_a_part_of_it_is_not(school: str) -> None:
    decide("accepted")
    count_pupils(31, None)
    with connect("auditor") as connection:
        known = known_values(
            connection, known_from_two_grades("S5", "by_grade", "graduates"), school, "2025-2026"
        )
    assert "by_grade" not in known.values
    assert known.missing == ("в вашей форме S1 за 2025-2026 нужных чисел нет: впишите их сами",)


@pytest.mark.parametrize("outcome", ["rejected", "unreadable"])
def test_what_was_not_accepted_is_not_known(school: str, outcome: str) -> None:
    decide(outcome)
    with connect("auditor") as connection:
        known = known_values(connection, contract("S7"), school, "2025-2026")
    assert list(known.values) == ["card"]
    assert known.missing == ("в принятых нет формы S1 за 2025-2026: впишите её числа сами",)


def test_the_form_must_be_the_organisations_and_the_periods(school: str) -> None:
    with connect("auditor") as connection:
        with pytest.raises(UnknownOrganisationError, match="no organisation with OGRN 1"):
            known_values(connection, contract("S1"), "1", None)
        with pytest.raises(UnknownOrganisationError, match="sent by school"):
            known_values(connection, contract("S1"), ogrn(8), None)
        with pytest.raises(ValueError, match="sent per school_year"):
            known_values(connection, contract("S1"), school, "2025-Q4")


def test_a_quarter_takes_what_its_school_year_holds() -> None:
    assert source_period(parse_period("2026-Q1"), contract("S1")) == "2025-2026"
    assert source_period(parse_period("2025-Q3"), contract("S1")) == "2025-2026"
    assert source_period(parse_period("2025-2026"), contract("S5")) == "2025-2026"


def test_the_command_line_writes_the_blank_of_one_organisation(school: str, tmp_path: Path) -> None:
    decide("accepted")
    runner, target = CliRunner(), tmp_path / "S7.xlsx"
    asked = ["form", "template", "s7", "--organisation", school, "--period", "2025-2026", "-o", str(target)]
    done = runner.invoke(main, asked)
    assert done.exit_code == 0, done.output
    meta = openpyxl.load_workbook(target)["_meta"]
    lines = {row[0].value: row[1].value for row in meta.iter_rows()}
    assert (lines["form"], lines["organisation"], lines["period"]) == ("S7", school, "2025-2026")
    refused = runner.invoke(main, ["form", "template", "s7", "--organisation", "1", "-o", str(target)])
    assert refused.exit_code == 2 and "no organisation with OGRN 1" in refused.output
