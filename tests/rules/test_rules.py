"""Every rule passes what it must pass and fails what it must fail, at the right cell."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from rule_cases import FORMS, Case, cases
from rule_submissions import load, register, submission_of, with_check_digit

from expectations.registry import all_rules, rule_book
from expectations.run import validate_form
from ingest.forms.catalogue import load_contracts
from warehouse.connection import connect

Found = dict[tuple[UUID, str], set[tuple[int | None, str | None]]]

# Findings of every form, gathered once: the database is emptied between tests, the findings are not.
_found: dict[str, Found] = {}

# A school of the registry without grades 10-11, and one with them, for the colleges' trials.
SCHOOLS = (
    (with_check_digit(109_980_000_001), {"has_grade_10_11": False}),
    (with_check_digit(109_980_000_002), {"has_grade_10_11": True}),
)


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
                "select submission_id, rule_id, row_no, field from ledger.finding where source = 'gx'"
            ).fetchall()
        for submission, rule_id, row_no, field in rows:
            found.setdefault((submission, rule_id), set()).add((row_no, field))
        _found[form_code] = found
    return _found[form_code]


@pytest.mark.parametrize(
    ("form_code", "case"),
    [pytest.param(form, case, id=case.name) for form in FORMS for case in cases(form)],
)
def test_rule_says_what_the_case_expects(form_code: str, case: Case, request: pytest.FixtureRequest) -> None:
    found = findings_of(form_code, request)
    assert found.get((submission_of(case), case.rule_id), set()) == case.at


@pytest.mark.parametrize("form_code", FORMS)
def test_base_submission_breaks_no_rule(form_code: str, request: pytest.FixtureRequest) -> None:
    """The cases change a submission that is otherwise in order; else a pass would prove nothing."""
    first = rule_book(form_code).rules
    untouched = next(case for case in cases(form_code) if ".REQUIRED." in case.rule_id and not case.at)
    found = findings_of(form_code, request)
    assert {rule.id for rule in first if (submission_of(untouched), rule.id) in found} == set()


def test_every_rule_has_a_case_that_passes_and_one_that_fails() -> None:
    listed = [case for form in FORMS for case in cases(form)]
    passed = {case.rule_id for case in listed if not case.at}
    failed = {case.rule_id for case in listed if case.at}
    known = {rule.id for rule in all_rules()}
    assert known - passed == set(), "rules without a passing case"
    assert known - failed == set(), "rules without a failing case"
    assert (passed | failed) - known == set(), "cases of rules that do not exist"
