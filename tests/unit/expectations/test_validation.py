"""A validation run: where findings point, what they say, what is decided, and what a rerun changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from rule_cases import Case, cases
from rule_submissions import load, submission_of

from expectations import decision, registry, results, run
from expectations.findings import ROWS_PER_RULE
from expectations.registry import RuleBook, rule_book, ruleset_version
from ingest.forms.catalogue import load_contracts
from ingest.ledger.events import verify_chain
from ingest.ledger.findings import insert_findings
from ingest.readers.findings import FindingRecord
from warehouse.connection import connect
from warehouse.settings import Settings

Submitted = Callable[..., list[UUID]]


def clean_case(form_code: str, number: int = 0) -> Case:
    """A submission that breaks no rule."""
    case = next(case for case in cases(form_code) if ".REQUIRED." in case.rule_id and not case.at)
    return replace(case, rule_id=f"{form_code}.CLEAN.CASE", number=number)


@pytest.fixture
def submit(clean_db: Settings) -> Submitted:
    """Puts submissions into the ledger; a change is ``{section: (row, {field: value})}``."""

    def put(form_code: str, *changes: dict[str, tuple[int, dict[str, Any]]], **of_case: Any) -> list[UUID]:
        listed = []
        for number, change in enumerate(changes):
            case = replace(clean_case(form_code, number), **of_case)
            sections = {name: [dict(row) for row in rows] for name, rows in case.sections.items()}
            for section, (row, values) in change.items():
                sections[section][row].update(values)
            listed.append(replace(case, sections=sections))
        with connect("owner") as connection:
            load(connection, load_contracts()[form_code], tuple(listed))
        return [submission_of(case) for case in listed]

    return put


def rows(query: str, *values: object) -> list[tuple[Any, ...]]:
    """What the ledger says."""
    with connect("owner") as connection:
        return connection.execute(query, values).fetchall()


def outcomes() -> dict[UUID, str]:
    """Current decisions."""
    return dict(rows("select submission_id, outcome from ledger.decision where is_current"))


def reader_finding(severity: str = "critical", category: str = "value", **place: Any) -> FindingRecord:
    """What the reader could have found."""
    known = {"section": None, "sheet": None, "cell": None, "row_no": None, "field": None, **place}
    return FindingRecord(
        rule_id="READ.TYPE", severity=severity, category=category, received="x", expected="число",  # type: ignore[arg-type]
        message="Вместо числа текст.", hint="Впишите число.", **known,
    )  # fmt: skip


def read_finding(submission: UUID, finding: FindingRecord) -> None:
    """Store a finding of the reader."""
    with connect("loader") as connection:
        insert_findings(connection, [(submission, [finding])], "read-000000000000")


def test_finding_says_where_and_what_in_words_of_the_form(submit: Submitted) -> None:
    submit("S1", {"by_grade": (2, {"students_ovz": 46})})
    run.validate_form("S1")
    found = rows(
        "select sheet, cell, row_no, field, received, expected, message, severity, category, section, source"
        " from ledger.finding where rule_id = 'S1.ARITHMETIC.OVZ_WITHIN_STUDENTS'"
    )
    assert found == [
        (
            "Контингент",
            "C6",
            6,
            "students_ovz",
            "46",
            "не больше 45",
            "Строка «8 класс»: обучающихся с ОВЗ (46) больше, чем обучающихся всего (45).",
            "critical",
            "arithmetic",
            "by_grade",
            "gx",
        )
    ]


def test_dates_and_codes_are_printed_as_in_the_form(submit: Submitted) -> None:
    submit("S3", {"events": (0, {"event_date": date(2026, 1, 5), "winners": 3})})
    run.validate_form("S3")
    said = dict(rows("select rule_id, message from ledger.finding where row_no = 4"))
    assert said["S3.VALUE.DATE_IN_QUARTER"] == (
        "Строка 4: дата мероприятия 05.01.2026 не относится к отчётному кварталу (01.10.2025 — 31.12.2025)."
    )
    assert said["S3.CONSISTENCY.WINNERS_OF_CONTEST"] == (
        "Строка 4: указаны победители и призёры (3), но вид активности — «профпроба»,"
        " а не конкурс или олимпиада."
    )


def test_outcome_follows_the_worst_finding(submit: Submitted) -> None:
    good, warned, wrong, typed = submit(
        "S5",
        {},
        {"by_grade": (0, {"graduates": 70})},
        {"by_grade": (0, {"graduates": 47})},
        {"by_grade": (0, {"to_work": None, "undecided": 3})},
    )
    read_finding(typed, reader_finding(section="by_grade", row_no=4, field="to_work"))
    summary = run.validate_form("S5")
    assert outcomes() == {
        good: "accepted",
        warned: "accepted_with_warnings",
        wrong: "rejected",
        typed: "rejected",
    }
    assert (summary.submissions, summary.accepted, summary.accepted_with_warnings, summary.rejected) == (
        4, 1, 1, 2,
    )  # fmt: skip
    counts = rows("select submission_id, critical_count, warning_count from ledger.decision")
    # the reader's finding, and the required cell that it left empty
    assert (typed, 2, 0) in counts
    assert rows("select distinct state from ledger.submission") == [("decided",)]
    kinds = rows("select kind, count(*) from ledger.event group by kind order by kind")
    assert kinds == [("submission.decided", 4), ("submission.validated", 4)]
    assert verify_chain().is_intact


def test_findings_of_the_reader_belong_to_the_decision(submit: Submitted) -> None:
    (submission,) = submit("C1", {})
    read_finding(submission, reader_finding("warning"))
    run.validate_form("C1")
    joined = rows(
        "select d.outcome, f.source from ledger.finding as f"
        " join ledger.decision as d using (submission_id, ruleset_version) where d.is_current"
    )
    assert joined == [("accepted_with_warnings", "reader")]


def test_second_run_finds_nothing_to_do(submit: Submitted) -> None:
    submit("C1", {"card": (0, {"service_plan_year": 0})})
    assert run.pending_forms() == ["C1"]
    run.validate_form("C1")
    before = rows("select * from ledger.finding"), rows("select * from ledger.decision")
    assert run.pending_forms() == []
    assert run.validate_form("C1").submissions == 0
    assert (rows("select * from ledger.finding"), rows("select * from ledger.decision")) == before


def test_crash_before_the_end_leaves_everything_as_it_was(
    submit: Submitted, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit("P2", {"trials": (0, {"participants_ovz": 13})}, {})

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(run, "_record_run", killed)
        with pytest.raises(KeyboardInterrupt):
            run.validate_form("P2")
    assert rows("select count(*) from ledger.finding") == [(0,)]
    assert rows("select count(*) from ledger.decision") == [(0,)]
    assert rows("select distinct state from ledger.submission") == [("read",)]
    summary = run.validate_form("P2")
    assert (summary.accepted_with_warnings, summary.rejected) == (1, 1)
    assert rows("select count(*) from ledger.validation_run") == [(1,)]


def test_newer_rules_add_a_decision_and_keep_the_old_one(
    submit: Submitted, monkeypatch: pytest.MonkeyPatch
) -> None:
    (submission,) = submit("S5", {"by_grade": (0, {"graduates": 70})})
    run.validate_form("S5")
    assert run.revalidate("S5").submissions == 0
    stricter = _with_rule("S5", "S5.PLAUSIBILITY.RESPONSE_RATE", severity="critical")
    monkeypatch.setattr(run, "rule_book", lambda _: stricter)
    for module in (run, decision):
        monkeypatch.setattr(module, "ruleset_version", lambda: "000000000001")
    assert run.revalidate("S5").rejected == 1
    kept = rows(
        "select ruleset_version, outcome, is_current from ledger.decision order by is_current",
    )
    assert kept == [
        (ruleset_version(), "accepted_with_warnings", False),
        ("000000000001", "rejected", True),
    ]
    assert outcomes() == {submission: "rejected"}
    found = rows("select ruleset_version, severity from ledger.finding order by severity")
    assert found == [("000000000001", "critical"), (ruleset_version(), "warning")]


def test_rule_checks_only_the_periods_in_which_it_holds(
    submit: Submitted, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = clean_case("S5")
    grades = [{**row, "graduates": 70} for row in base.sections["by_grade"]]
    listed = [
        replace(clean_case("S5", number), period=period, sections={**base.sections, "by_grade": grades})
        for number, period in enumerate(("2024-2025", "2025-2026"))
    ]
    with connect("owner") as connection:
        load(connection, load_contracts()["S5"], tuple(listed))
    book = _with_rule("S5", "S5.PLAUSIBILITY.RESPONSE_RATE", valid_from=date(2025, 9, 1))
    monkeypatch.setattr(run, "rule_book", lambda _: book)
    run.validate_form("S5")
    found = rows("select distinct submission_id from ledger.finding where rule_id like '%%RESPONSE_RATE'")
    assert found == [(submission_of(listed[1]),)]


def test_mass_failure_is_told_by_its_first_rows_and_a_number(submit: Submitted) -> None:
    case = clean_case("S3")
    event = {**case.sections["events"][0], "event_date": date(2024, 1, 1)}
    many = replace(
        case,
        sections={**case.sections, "events": [{**event, "title": f"Проба № {n}"} for n in range(1, 1501)]},
    )
    with connect("owner") as connection:
        load(connection, load_contracts()["S3"], (many,))
    summary = run.validate_form("S3")
    assert summary.rejected == 1
    found = rows(
        "select row_no, cell, received from ledger.finding where rule_id = 'S3.VALUE.DATE_IN_QUARTER'"
        " order by row_no nulls last"
    )
    assert len(found) == ROWS_PER_RULE + 1
    assert found[0] == (4, "A4", "01.01.2024")
    assert found[-1] == (None, None, f"строк с ошибкой сверх показанных: {1500 - ROWS_PER_RULE}")
    (form,) = results.by_form(results.load_results())
    failed = {rule.rule_id: rule for rule in form.failed()}["S3.VALUE.DATE_IN_QUARTER"]
    assert (failed.checked_rows, failed.failed_rows, failed.submissions_affected) == (1500, 1500, 1)


def test_structure_that_the_reader_has_reported_is_not_reported_again(submit: Submitted) -> None:
    case = clean_case("S5")
    short = replace(case, sections={**case.sections, "by_grade": case.sections["by_grade"][:1]})
    with connect("owner") as connection:
        load(connection, load_contracts()["S5"], (short,))
    read_finding(submission_of(short), reader_finding(category="structure", section="by_grade"))
    run.validate_form("S5")
    assert rows("select rule_id from ledger.finding where source = 'gx'") == []
    assert outcomes() == {submission_of(short): "rejected"}


def test_only_the_named_regions_are_validated(submit: Submitted) -> None:
    submit("S5", {}, {})
    assert run.validate_form("S5", regions=["chelyabinsk"]).submissions == 0
    assert run.validate_form("S5", regions=["tyumen"]).submissions == 2


def test_files_that_no_rule_can_check_are_settled(submit: Submitted) -> None:
    unknown, stranger, good = submit("C1", {}, {}, {})
    with connect("owner") as connection:
        connection.execute(
            "update ledger.submission set form_code = null, period_code = null where submission_id = %s",
            [unknown],
        )
        connection.execute("update ledger.submission set ogrn = null where submission_id = %s", [stranger])
    for submission in (unknown, stranger):
        read_finding(submission, reader_finding())
    assert decision.validate_unidentified() == 2
    assert outcomes() == {unknown: "unreadable", stranger: "rejected"}
    assert decision.validate_unidentified() == 0
    run.validate_form("C1")
    assert outcomes()[good] == "accepted"


def test_results_are_the_same_after_a_rerun(submit: Submitted) -> None:
    submit("C1", {"card": (0, {"service_plan_year": 0})}, {})
    first = run.validate_form("C1")
    assert first.result_path is not None
    path = results.results_dir().parent / first.result_path
    written = path.read_bytes()
    with connect("owner") as connection:
        connection.execute("update ledger.submission set state = 'read'")
    second = run.validate_form("C1")
    assert second == first
    assert path.read_bytes() == written
    (loaded,) = results.load_results(ruleset_version())
    assert loaded.outcomes == {"accepted": 1, "accepted_with_warnings": 0, "rejected": 1}
    assert loaded.regions == {"chelyabinsk": 2}
    checked = {rule.rule_id for rule in loaded.rules}
    assert checked == {rule.id for rule in rule_book("C1").rules}


def test_error_inside_an_expectation_is_not_taken_for_a_failure(
    submit: Submitted, monkeypatch: pytest.MonkeyPatch
) -> None:
    from expectations.suite import ValidationRunError

    submit("C1", {})
    broken = _with_rule(
        "C1",
        "C1.VALUE.PLAN_IS_SET",
        expectation="expect_column_values_to_match_regex",
        arguments={"column": "service_plan_year", "regex": "["},
    )
    monkeypatch.setattr(run, "rule_book", lambda _: broken)
    with pytest.raises(ValidationRunError, match="C1"):
        run.validate_form("C1")
    assert rows("select count(*) from ledger.decision") == [(0,)]


def _with_rule(form_code: str, rule_id: str, **changes: Any) -> RuleBook:
    book = registry.rule_book(form_code)
    changed = tuple(rule.model_copy(update=changes) if rule.id == rule_id else rule for rule in book.rules)
    return book.model_copy(update={"rules": changed})
