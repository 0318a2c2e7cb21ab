"""Every rule passes what it must pass and fails what it must fail, at the right cell."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from rule_cases import FORMS, Case, cases
from rule_local import found_locally
from rule_submissions import SCHOOLS, load, register, submission_of

from expectations.registry import all_rules, rule_book
from expectations.run import validate_form
from ingest.forms.catalogue import load_contracts
from ingest.readers.findings import FindingRecord
from warehouse.connection import connect

Found = dict[tuple[UUID, str], set[tuple[int | None, str | None]]]

# Findings of every form, gathered once: the database is emptied between tests, the findings are not.
_found: dict[str, Found] = {}

# The same findings with their addresses and texts.
_records: dict[str, dict[UUID, set[FindingRecord]]] = {}


def findings_of(form_code: str, request: pytest.FixtureRequest) -> Found:
    """Findings of all cases of a form: submission and rule -> places."""
    if form_code not in _found:
        request.getfixturevalue("clean_db")
        with connect("owner") as connection:
            load(connection, load_contracts()[form_code], cases(form_code))
            for ogrn, sender in SCHOOLS:
                entry: dict[str, object] = {
                    "kind": "school",
                    "inn": "7400000015",
                    "oktmo": "75701000",
                    **sender,
                }
                register(connection, ogrn, "chelyabinsk", entry)
        validate_form(form_code)
        found: Found = {}
        with connect("owner") as connection:
            rows: list[tuple[Any, ...]] = connection.execute(
                "select submission_id, rule_id, severity, category, section, sheet, cell, row_no, field,"
                " received, expected, message, hint from ledger.finding where source = 'gx'"
            ).fetchall()
        records = _records.setdefault(form_code, {})
        for submission, *values in rows:
            record = FindingRecord(*values)
            found.setdefault((submission, record.rule_id), set()).add((record.row_no, record.field))
            records.setdefault(submission, set()).add(record)
        _found[form_code] = found
    return _found[form_code]


@pytest.mark.parametrize(
    ("form_code", "case"),
    [pytest.param(form, case, id=case.name) for form in FORMS for case in cases(form) if not case.is_listed],
)
def test_rule_says_what_the_case_expects(form_code: str, case: Case, request: pytest.FixtureRequest) -> None:
    found = findings_of(form_code, request)
    assert found.get((submission_of(case), case.rule_id), set()) == case.at


@pytest.mark.parametrize("form_code", FORMS)
def test_every_field_is_required_and_limited_as_listed(
    form_code: str, request: pytest.FixtureRequest
) -> None:
    """One test for all of them: they are thousands, and each says the same of another field."""
    found = findings_of(form_code, request)
    listed = [case for case in cases(form_code) if case.is_listed]
    expected = {case.name: case.at for case in listed}
    assert {case.name: found.get((submission_of(case), case.rule_id), set()) for case in listed} == expected


@pytest.mark.parametrize("form_code", FORMS)
def test_base_submission_breaks_no_rule(form_code: str, request: pytest.FixtureRequest) -> None:
    """The cases change a submission that is otherwise in order; else a pass would prove nothing."""
    first = rule_book(form_code).rules
    untouched = next(case for case in cases(form_code) if ".REQUIRED." in case.rule_id and not case.at)
    found = findings_of(form_code, request)
    assert {rule.id for rule in first if (submission_of(untouched), rule.id) in found} == set()


def forms_with_new_sql() -> list[Any]:
    """All forms; those whose expectations and derived columns occur in an earlier one are slow tests."""
    seen: set[str] = set()
    listed = []
    for form_code in FORMS:
        book = rule_book(form_code)
        kinds = {rule.expectation for rule in book.rules} | {column.kind for column in book.derived}
        listed.append(pytest.param(form_code, marks=[pytest.mark.slow] if kinds <= seen else []))
        seen |= kinds
    return listed


@pytest.mark.parametrize("form_code", forms_with_new_sql())
def test_check_before_sending_finds_what_the_warehouse_finds(
    form_code: str, request: pytest.FixtureRequest
) -> None:
    """`orientir form check` runs the same rules in another database: not one text may differ."""
    findings_of(form_code, request)
    local = {submission: set(found) for submission, found in found_locally(form_code).items()}
    assert local == _records[form_code]


def test_every_rule_has_a_case_that_passes_and_one_that_fails() -> None:
    listed = [case for form in FORMS for case in cases(form)]
    passed = {case.rule_id for case in listed if not case.at}
    failed = {case.rule_id for case in listed if case.at}
    known = {rule.id for rule in all_rules()}
    assert known - passed == set(), "rules without a passing case"
    assert known - failed == set(), "rules without a failing case"
    assert (passed | failed) - known == set(), "cases of rules that do not exist"
