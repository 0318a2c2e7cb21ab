"""What came of a submission: rejected by a critical finding, passed on with warnings, or accepted.

Decisions are rows with their rule-set version. A newer rule set adds one and becomes current; the older one
stays. All functions write in the caller's transaction, except :func:`validate_unidentified`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import psycopg

from expectations.findings import SubmissionTally
from expectations.registry import ruleset_version
from ingest.ledger import events
from ingest.ledger.states import advance
from warehouse import clock
from warehouse.connection import connect

Outcome = Literal["unreadable", "rejected", "accepted", "accepted_with_warnings"]


@dataclass(frozen=True)
class Decision:
    """The outcome of one submission with the number of findings it rests on."""

    submission_id: UUID
    outcome: Outcome
    critical_count: int
    warning_count: int


def outcome_of(critical: int, warning: int) -> Outcome:
    """Critical findings reject, warnings are passed on."""
    if critical:
        return "rejected"
    return "accepted_with_warnings" if warning else "accepted"


def reader_tallies(
    connection: psycopg.Connection[Any], submissions: Sequence[UUID]
) -> dict[UUID, SubmissionTally]:
    """Findings of the readers, which count under every rule set."""
    tallies = {submission: SubmissionTally() for submission in submissions}
    rows = connection.execute(
        "select submission_id, severity, count(*) from ledger.finding"
        " where submission_id = any(%s) and source = 'reader' group by submission_id, severity",
        [list(submissions)],
    )
    for submission, severity, count in rows:
        tallies[submission].count(severity, count)
    return tallies


def decide(
    connection: psycopg.Connection[Any],
    found: Mapping[UUID, SubmissionTally],
    submissions: Sequence[UUID],
    decided_at: datetime,
) -> list[Decision]:
    """Decide on validated submissions from the findings of the readers and of the rules, and move them on.

    ``found`` has the findings of the rules. Writes decisions, states and events.
    """
    tallies = reader_tallies(connection, submissions)
    decisions = []
    for submission in sorted(submissions):
        tally = tallies[submission]
        rules = found.get(submission, SubmissionTally())
        critical = tally.critical + rules.critical
        warning = tally.warning + rules.warning
        decisions.append(Decision(submission, outcome_of(critical, warning), critical, warning))
    advance(connection, submissions, "validated")
    events.append(
        connection,
        [
            events.Event(
                "submission.validated",
                str(decision.submission_id),
                {
                    "ruleset_version": ruleset_version(),
                    "critical": decision.critical_count,
                    "warnings": decision.warning_count,
                },
            )
            for decision in decisions
        ],
        at=decided_at,
    )
    record(connection, decisions, decided_at)
    return decisions


def record(connection: psycopg.Connection[Any], decisions: Sequence[Decision], decided_at: datetime) -> None:
    """Write decisions under the present rule set, make them current, and move the submissions to decided.

    A submission that was reopened under the same rule set gets its decision renewed; the log keeps both.
    """
    ids = [decision.submission_id for decision in decisions]
    version = ruleset_version()
    # What the reader found belongs to the decision in force: readings are not repeated under newer rules.
    connection.execute(
        "update ledger.finding set ruleset_version = %s"
        " where submission_id = any(%s) and source = 'reader' and ruleset_version <> %s",
        [version, ids, version],
    )
    connection.execute(
        "update ledger.decision set is_current = false"
        " where submission_id = any(%s) and is_current and ruleset_version <> %s",
        [ids, version],
    )
    connection.execute(
        "insert into ledger.decision (submission_id, ruleset_version, outcome, critical_count, warning_count,"
        " decided_at, is_current)"
        " select d.submission_id, %(version)s, d.outcome, d.critical, d.warning, %(at)s, true"
        " from unnest(%(ids)s::uuid[], %(outcomes)s::text[], %(criticals)s::integer[],"
        " %(warnings)s::integer[])"
        " as d (submission_id, outcome, critical, warning)"
        " on conflict (submission_id, ruleset_version) do update set outcome = excluded.outcome,"
        " critical_count = excluded.critical_count, warning_count = excluded.warning_count,"
        " decided_at = excluded.decided_at, is_current = true",
        {
            "version": version,
            "at": decided_at,
            "ids": ids,
            "outcomes": [decision.outcome for decision in decisions],
            "criticals": [decision.critical_count for decision in decisions],
            "warnings": [decision.warning_count for decision in decisions],
        },
    )
    advance(connection, ids, "decided")
    events.append(
        connection,
        [
            events.Event(
                "submission.decided",
                str(decision.submission_id),
                {
                    "outcome": decision.outcome,
                    "ruleset_version": version,
                    "critical": decision.critical_count,
                    "warnings": decision.warning_count,
                },
            )
            for decision in decisions
        ],
        at=decided_at,
    )


def validate_unidentified() -> int:
    """Decide on what no form's rules can check; returns how many submissions.

    A file whose form or period could not be told is ``unreadable``. A form from a sender whom the registry
    does not know is ``rejected``: there is nobody whom its figures could count for.
    """
    with connect("loader") as connection:
        rows = connection.execute(
            "select submission_id, form_code is null or period_code is null from ledger.submission"
            " where state = 'read' and (form_code is null or period_code is null or ogrn is null)"
            " order by submission_id for update"
        ).fetchall()
        ids = [submission for submission, _ in rows]
        if not ids:
            return 0
        tallies = reader_tallies(connection, ids)
        decisions = [
            Decision(
                submission,
                "unreadable" if is_unreadable else "rejected",
                tallies[submission].critical,
                tallies[submission].warning,
            )
            for submission, is_unreadable in rows
        ]
        advance(connection, ids, "validated")
        record(connection, decisions, clock.now())
    return len(ids)
