"""Validation of a form: one Great Expectations run over all submissions that wait, findings, decisions.

Everything a run writes into the ledger is one transaction: a crash before its end leaves the submissions
waiting, and the next run gives the same findings and decisions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

import psycopg

from expectations.batch import Batch, BatchBuilder, batch_names
from expectations.decision import Decision, decide
from expectations.findings import CellAddresses, FindingFactory, RuleTally, Tallies
from expectations.registry import rule_book, ruleset_version
from expectations.results import RuleResult, RunResult, write_result
from expectations.suite import GxSession
from ingest.forms.catalogue import load_contracts
from ingest.forms.contract import FormContract
from ingest.forms.versions import renamed_fields
from ingest.ledger.findings import insert_findings
from ingest.ledger.identity import NS
from ingest.ledger.states import advance
from ingest.readers.findings import FindingRecord
from ingest.shards import spread
from warehouse import clock
from warehouse.connection import connect, uri

# Tasks that the forms are divided among. A process of its own costs more than checking a small form does.
SHARDS = 8
# What a form's suite costs whatever waits, counted in submissions.
FORM_COST = 500


@dataclass(frozen=True)
class ValidationSummary:
    """What one run did. ``run_id`` is None when nothing waited."""

    form_code: str
    run_id: str | None = None
    submissions: int = 0
    rows: int = 0
    findings: int = 0
    accepted: int = 0
    accepted_with_warnings: int = 0
    rejected: int = 0
    result_path: str | None = None


def pending_submissions() -> dict[str, int]:
    """Count the submissions that were read and not validated yet, by form."""
    with connect("loader") as connection:
        rows = connection.execute(
            "select form_code, count(*) from ledger.submission where state = 'read'"
            " and form_code is not null and period_code is not null and ogrn is not null"
            " group by form_code order by form_code"
        ).fetchall()
    return {code: count for code, count in rows if code in load_contracts()}


def pending_forms() -> list[str]:
    """Codes of the forms with submissions that were read and not validated yet."""
    return list(pending_submissions())


def divide(waiting: Mapping[str, int], most: int = SHARDS) -> list[list[str]]:
    """Divide forms among at most ``most`` tasks of about equal work; ``waiting`` counts their submissions."""
    work = {code: FORM_COST + submissions for code, submissions in waiting.items()}
    return spread(work, [0] * min(most, len(work)))


def validate_form(form_code: str, regions: Sequence[str] | None = None) -> ValidationSummary:
    """Validate all submissions of a form that wait, and decide on each; only those of ``regions`` if given.

    Raises expectations.registry.RuleError for rules that cannot be used and
    expectations.suite.ValidationRunError when a rule cannot be computed; nothing is written then.
    """
    with connect("loader") as writer:
        waiting = _claim(
            writer,
            "select submission_id from ledger.submission where state = 'read' and form_code = %(form)s"
            " and ogrn is not null and period_code is not null"
            " and (%(regions)s::text[] is null or region_code = any(%(regions)s))"
            " order by submission_id for update",
            {"form": form_code, "regions": list(regions) if regions is not None else None},
        )
        return _validate(writer, form_code, waiting)


def revalidate(form_code: str) -> ValidationSummary:
    """Decide anew, under the present rules, on submissions decided under others. Old decisions are kept."""
    with connect("loader") as writer:
        decided = _claim(
            writer,
            "select s.submission_id from ledger.submission as s where s.state = 'decided'"
            " and s.form_code = %(form)s and s.ogrn is not null and s.period_code is not null"
            " and not exists (select 1 from ledger.decision as d where d.submission_id = s.submission_id"
            " and d.ruleset_version = %(version)s)"
            " order by s.submission_id for update of s",
            {"form": form_code, "version": ruleset_version()},
        )
        advance(writer, decided, "read")
        return _validate(writer, form_code, decided)


def _claim(writer: psycopg.Connection[Any], query: Any, values: dict[str, object]) -> list[UUID]:
    """Lock the submissions until the end of the transaction: a second validation waits and finds none."""
    return [row[0] for row in writer.execute(query, values).fetchall()]


def _validate(
    writer: psycopg.Connection[Any], form_code: str, submissions: Sequence[UUID]
) -> ValidationSummary:
    if not submissions:
        return ValidationSummary(form_code)
    started_at = clock.now()
    writer.execute(
        "delete from ledger.finding where submission_id = any(%s) and ruleset_version = %s and source = 'gx'",
        [list(submissions), ruleset_version()],
    )
    run = _Run(load_contracts()[form_code], submissions)
    with connect("loader") as reader:
        findings = insert_findings(writer, run.findings(reader), ruleset_version(), source="gx")
    finished_at = clock.now()
    decisions = decide(writer, run.tallies.submissions, submissions, finished_at)
    result = RunResult(
        run_id=str(run.run_id()),
        form_code=form_code,
        form_title=run.contract.title,
        ruleset_version=ruleset_version(),
        started_at=started_at.isoformat(),
        finished_at=finished_at.isoformat(),
        submissions=len(submissions),
        rows=sum(batch.row_count for batch in run.batches if batch.has_rows_of_section),
        regions=_regions(writer, submissions),
        outcomes=_outcomes(decisions),
        rules=run.rule_results(),
    )
    path = write_result(result)
    _record_run(writer, result, path)
    return ValidationSummary(
        form_code=form_code,
        run_id=result.run_id,
        submissions=len(submissions),
        rows=result.rows,
        findings=findings,
        result_path=path,
        **result.outcomes,
    )


@dataclass
class _Run:
    """One run of a form's rules: its batches and what they gave."""

    contract: FormContract
    submissions: Sequence[UUID]
    tallies: Tallies = field(default_factory=Tallies)
    batches: list[Batch] = field(default_factory=list)

    def findings(self, connection: psycopg.Connection[Any]) -> Iterator[tuple[UUID, Sequence[FindingRecord]]]:
        """Build every batch of the form, run its suite, and give the findings of the rows that fail."""
        factory = FindingFactory(
            self.contract,
            CellAddresses.of(
                connection,
                self.submissions,
                {s.name: renamed_fields(self.contract, s.name) for s in self.contract.sections},
            ),
            _broken_structure(connection, self.submissions),
            self.tallies,
        )
        builder = BatchBuilder(connection, self.contract, rule_book(self.contract.code))
        builder.prepare(self.submissions)
        connection.commit()
        with GxSession(connection, uri("loader", driver="psycopg")) as session:
            for name in batch_names(self.contract):
                batch = builder.build(name)
                connection.commit()
                if batch is None:
                    continue
                self.batches.append(batch)
                partial = [rule for rule in batch.rules if builder.validity_differs(rule)]
                failing = session.failing_rules(batch, partial)
                if failing:
                    yield from factory.findings(batch, session.failing_rows(batch, failing, partial))

    def run_id(self) -> UUID:
        """What was validated, under which rules: a rerun after a crash has the same identifier."""
        contents = sha256("\n".join(str(submission) for submission in sorted(self.submissions)).encode())
        return uuid5(NS, f"validation|{self.contract.code}|{ruleset_version()}|{contents.hexdigest()}")

    def rule_results(self) -> tuple[RuleResult, ...]:
        """What each rule gave, in the order of their ids."""
        results = []
        for batch in self.batches:
            for rule in batch.rules:
                tally = self.tallies.rules.get(rule.id, RuleTally())
                results.append(
                    RuleResult(
                        rule_id=rule.id,
                        title=rule.title,
                        severity=rule.severity,
                        category=rule.category,
                        section=rule.section,
                        field=rule.field,
                        origin=rule.origin,
                        checked_rows=batch.row_count,
                        failed_rows=tally.failed_rows,
                        submissions=batch.submission_count,
                        submissions_affected=tally.submissions,
                    )
                )
        return tuple(sorted(results, key=lambda result: result.rule_id))


def _outcomes(decisions: Sequence[Decision]) -> dict[str, int]:
    outcomes = {"accepted": 0, "accepted_with_warnings": 0, "rejected": 0}
    for decision in decisions:
        outcomes[decision.outcome] += 1
    return outcomes


def _broken_structure(connection: psycopg.Connection[Any], submissions: Sequence[UUID]) -> frozenset[UUID]:
    """Submissions about whose structure the reader has critical findings."""
    rows = connection.execute(
        "select distinct submission_id from ledger.finding where submission_id = any(%s)"
        " and source = 'reader' and severity = 'critical' and category = 'structure'",
        [list(submissions)],
    ).fetchall()
    return frozenset(row[0] for row in rows)


def _regions(connection: psycopg.Connection[Any], submissions: Sequence[UUID]) -> dict[str, int]:
    return dict(
        connection.execute(
            "select region_code, count(*) from ledger.submission where submission_id = any(%s)"
            " group by region_code order by region_code",
            [list(submissions)],
        ).fetchall()
    )


def _record_run(writer: psycopg.Connection[Any], result: RunResult, path: str) -> None:
    writer.execute(
        "insert into ledger.validation_run (run_id, form_code, ruleset_version, started_at, finished_at,"
        " submission_count, row_count, result_path) values (%s, %s, %s, %s, %s, %s, %s, %s)"
        " on conflict (run_id) do update set started_at = excluded.started_at,"
        " finished_at = excluded.finished_at, row_count = excluded.row_count,"
        " result_path = excluded.result_path",
        [
            result.run_id,
            result.form_code,
            result.ruleset_version,
            result.started_at,
            result.finished_at,
            result.submissions,
            result.rows,
            path,
        ],
    )
