"""Findings of dbt's rules come back to the ledger with the address of their cell, once."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from rule_cases import cases
from rule_submissions import load, submission_of

from expectations import run
from expectations.dbt_findings import RuleFindingsMissingError, collect_rule_findings
from ingest.forms.catalogue import load_contracts
from warehouse.connection import connect
from warehouse.settings import Settings

COLUMNS = (
    "rule_id text, severity text, category text, submission_id uuid, form_code text, section text,"
    " row_no integer, field text, received text, expected text, message text, hint text"
)


@pytest.fixture
def submission(clean_db: Settings) -> UUID:
    """A decided P2 whose first trial is of a school that the registry does not know."""
    base = next(case for case in cases("P2") if ".REQUIRED." in case.rule_id and not case.at)
    case = replace(base, rule_id="P2.CROSS.CASE")
    with connect("owner") as connection:
        load(connection, load_contracts()["P2"], (case,))
        connection.execute("drop table if exists intermediate.rule_findings")
        connection.execute(f"create table intermediate.rule_findings ({COLUMNS})")
        connection.execute("grant select on intermediate.rule_findings to orientir_loader")
    run.validate_form("P2")
    return submission_of(case)


def found_by_dbt(submission: UUID, row_no: int | None, field: str, category: str = "consistency") -> None:
    with connect("owner") as connection:
        connection.execute(
            "insert into intermediate.rule_findings values ('P2.CROSS.SCHOOL', 'warning', %s, %s, 'P2',"
            " 'trials', %s, %s, '1027700220624', 'школа региона', 'Школы нет в реестре.', 'Проверьте ОГРН.')",
            [category, submission, row_no, field],
        )


def stored() -> list[tuple[object, ...]]:
    with connect("owner") as connection:
        return connection.execute(
            "select f.finding_id, f.row_no, f.sheet, f.cell, d.outcome from ledger.finding as f"
            " join ledger.decision as d using (submission_id, ruleset_version)"
            " where f.source = 'dbt' order by f.row_no"
        ).fetchall()


def test_findings_get_their_cell_and_do_not_change_the_decision(submission: UUID) -> None:
    found_by_dbt(submission, 5, "participants")
    assert collect_rule_findings() == 1
    ((_, *place),) = stored()
    assert place == [5, "Пробы", "F5", "accepted_with_warnings"]


def test_collecting_twice_changes_nothing(submission: UUID) -> None:
    found_by_dbt(submission, 4, "grade")
    found_by_dbt(submission, 5, "grade")
    assert collect_rule_findings() == 2
    once = stored()
    assert collect_rule_findings() == 2
    assert stored() == once


def test_findings_that_are_gone_are_taken_back(submission: UUID) -> None:
    found_by_dbt(submission, 4, "grade")
    collect_rule_findings()
    with connect("owner") as connection:
        connection.execute("truncate intermediate.rule_findings")
    assert collect_rule_findings() == 0
    assert stored() == []


def test_cell_that_validation_has_reported_is_not_reported_twice(submission: UUID) -> None:
    # both schools of the case are unknown here, and validation has said so at F4 and F5
    found_by_dbt(submission, 4, "school_ogrn")
    assert collect_rule_findings() == 0
    found_by_dbt(submission, 4, "school_ogrn", category="plausibility")
    assert collect_rule_findings() == 1


def test_before_the_first_build_the_advice_is_to_build(clean_db: Settings) -> None:
    with connect("owner") as connection:
        connection.execute("drop table if exists intermediate.rule_findings cascade")
    with pytest.raises(RuleFindingsMissingError, match="orientir build"):
        collect_rule_findings()
