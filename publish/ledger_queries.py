"""What the quality report, the portal and the protocols read from the ledger, with the role `auditor`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from ingest.readers.result import CellMap


@dataclass(frozen=True)
class DecidedSubmission:
    """A submission with the decision in force. `ogrn` is the sender's where the file did not name its own.

    `findings_digest` changes with any word of any finding; it is empty where there is none. `counts_until` is
    the moment at which its period was closed, for what came later and waits for the next release.
    """

    submission_id: UUID
    receipt_id: UUID
    region_code: str
    region_name: str
    timezone: str
    ogrn: str | None
    organisation: str | None
    form_code: str | None
    period_code: str | None
    revision: int | None
    outcome: str
    ruleset_version: str
    critical_count: int
    warning_count: int
    decided_at: datetime
    received_at: datetime
    channel: str
    source_uri: str
    file_name: str
    sha256: str
    size_bytes: int
    due_on: date | None
    grace_until: date | None
    closes_on: date | None
    findings_digest: str
    counts_until: datetime | None = None


@dataclass(frozen=True)
class Finding:
    """One finding of the decision in force, in the words meant for the submitter."""

    submission_id: UUID
    rule_id: str
    severity: str
    category: str
    source: str
    sheet: str | None
    cell: str | None
    field: str | None
    received: str | None
    expected: str | None
    message: str
    hint: str


@dataclass(frozen=True)
class OutcomeCount:
    """How many files of one region, form and outcome arrived; the form is None where it could not be told."""

    region_code: str
    form_code: str | None
    outcome: str
    submissions: int


@dataclass(frozen=True)
class RuleFrequency:
    """How often one rule fired."""

    form_code: str | None
    rule_id: str
    severity: str
    category: str
    findings: int
    submissions: int
    organisations: int


@dataclass(frozen=True)
class RuleExample:
    """One place where a rule fired."""

    form_code: str | None
    rule_id: str
    region_code: str
    organisation: str | None
    period_code: str | None
    file_name: str
    source_uri: str
    sheet: str | None
    cell: str | None
    received: str | None
    message: str
    hint: str


@dataclass(frozen=True)
class ValidationRun:
    """One run of Great Expectations over a form."""

    form_code: str
    ruleset_version: str
    finished_at: datetime | None
    submission_count: int
    row_count: int
    result_path: str | None


DECIDED = """
select
    s.submission_id,
    s.receipt_id,
    s.region_code,
    region.name_ru as region_name,
    region.timezone,
    coalesce(s.ogrn, receipt.sender_ogrn) as ogrn,
    organisation.name_short as organisation,
    s.form_code,
    s.period_code,
    revision.revision,
    d.outcome,
    d.ruleset_version,
    d.critical_count,
    d.warning_count,
    d.decided_at,
    s.received_at,
    receipt.channel,
    receipt.source_uri,
    receipt.file_name,
    s.sha256,
    blob.size_bytes,
    obligation.due_on,
    obligation.grace_until,
    obligation.closes_on,
    coalesce(found.digest, '') as findings_digest,
    late.counts_until
from ledger.submission as s
inner join ledger.decision as d on d.submission_id = s.submission_id and d.is_current
inner join ledger.receipt as receipt on receipt.receipt_id = s.receipt_id
inner join ledger.blob as blob on blob.sha256 = s.sha256
inner join ledger.region as region on region.region_code = s.region_code
left join ledger.organisation as organisation on organisation.ogrn = coalesce(s.ogrn, receipt.sender_ogrn)
left join ledger.submission_revision as revision on revision.submission_id = s.submission_id
left join ledger.obligation as obligation
    on obligation.ogrn = s.ogrn
    and obligation.form_code = s.form_code
    and obligation.period_code = s.period_code
left join ledger.after_closing(%(as_of)s) as late on late.submission_id = s.submission_id
left join (
    select
        f.submission_id,
        f.ruleset_version,
        md5(string_agg(
            md5(row(
                f.finding_id, f.severity, f.sheet, f.cell, f.received, f.expected, f.message, f.hint
            )::text),
            ',' order by f.finding_id
        )) as digest
    from ledger.finding as f
    group by f.submission_id, f.ruleset_version
) as found on found.submission_id = s.submission_id and found.ruleset_version = d.ruleset_version
"""


def decided_submissions(connection: psycopg.Connection[Any], as_of: datetime) -> Iterator[DecidedSubmission]:
    """Every decided submission, sender by sender, the latest received first; streamed, not held in memory.

    `as_of` is the moment whose closings of periods are known.
    """
    with connection.cursor("decided_submissions", row_factory=class_row(DecidedSubmission)) as cursor:
        cursor.itersize = 2000
        cursor.execute(
            DECIDED
            + """
            order by
                s.region_code, coalesce(s.ogrn, receipt.sender_ogrn) nulls last,
                s.received_at desc, s.submission_id
            """,
            {"as_of": as_of},
        )
        yield from cursor


def refused_submissions(
    connection: psycopg.Connection[Any], as_of: datetime, limit: int
) -> list[DecidedSubmission]:
    """Submissions received by a moment that were rejected or could not be read, the latest first."""
    with connection.cursor(row_factory=class_row(DecidedSubmission)) as cursor:
        return cursor.execute(
            DECIDED
            + """
            where d.outcome in ('rejected', 'unreadable') and s.received_at <= %(as_of)s
            order by s.received_at desc, s.region_code, s.submission_id
            limit %(limit)s
            """,
            {"as_of": as_of, "limit": limit},
        ).fetchall()


def findings_of(connection: psycopg.Connection[Any], submissions: list[UUID]) -> dict[UUID, list[Finding]]:
    """The findings of the decision in force, by submission: critical first, then by place in the file."""
    with connection.cursor(row_factory=class_row(Finding)) as cursor:
        rows = cursor.execute(
            """
            select
                f.submission_id, f.rule_id, f.severity, f.category, f.source,
                f.sheet, f.cell, f.field, f.received, f.expected, f.message, f.hint
            from ledger.finding as f
            inner join ledger.decision as d
                on d.submission_id = f.submission_id
                and d.ruleset_version = f.ruleset_version
                and d.is_current
            where f.submission_id = any(%(ids)s)
            order by
                f.submission_id, f.severity, f.rule_id, f.sheet, f.row_no, length(f.cell), f.cell, f.field,
                f.finding_id
            """,
            {"ids": submissions},
        ).fetchall()
    found: dict[UUID, list[Finding]] = {}
    for row in rows:
        found.setdefault(row.submission_id, []).append(row)
    return found


def cell_maps_of(connection: psycopg.Connection[Any], submissions: list[UUID]) -> dict[UUID, list[CellMap]]:
    """Where the sections of submissions were read from, by submission."""
    found: dict[UUID, list[CellMap]] = {}
    rows = connection.execute(
        """
        select submission_id, section, layout, sheet, first_row, fields
        from ledger.cell_map
        where submission_id = any(%(ids)s)
        order by submission_id, section
        """,
        {"ids": submissions},
    )
    for submission, *place in rows:
        found.setdefault(submission, []).append(CellMap(*place))
    return found


def released_names(connection: psycopg.Connection[Any], kind: str) -> set[tuple[str | None, str]]:
    """Region and name of every file that releases of a kind have recorded."""
    return set(
        connection.execute(
            """
            select release.region_code, file.file_name
            from ledger.release as release
            inner join ledger.release_file as file on file.release_id = release.release_id
            where release.kind = %(kind)s
            """,
            {"kind": kind},
        ).fetchall()
    )


def outcome_counts(connection: psycopg.Connection[Any], as_of: datetime) -> list[OutcomeCount]:
    """Files received by a moment, by region, form and outcome."""
    with connection.cursor(row_factory=class_row(OutcomeCount)) as cursor:
        return cursor.execute(
            """
            select s.region_code, s.form_code, d.outcome, count(*)::integer as submissions
            from ledger.submission as s
            inner join ledger.decision as d on d.submission_id = s.submission_id and d.is_current
            where s.received_at <= %(as_of)s
            group by s.region_code, s.form_code, d.outcome
            order by s.region_code, s.form_code nulls last, d.outcome
            """,
            {"as_of": as_of},
        ).fetchall()


def rule_frequencies(connection: psycopg.Connection[Any], as_of: datetime) -> list[RuleFrequency]:
    """Rules that fired on files received by a moment: critical first, the most frequent first."""
    with connection.cursor(row_factory=class_row(RuleFrequency)) as cursor:
        return cursor.execute(
            """
            select
                s.form_code,
                f.rule_id,
                f.severity,
                f.category,
                count(*)::integer as findings,
                count(distinct f.submission_id)::integer as submissions,
                count(distinct coalesce(s.ogrn, r.sender_ogrn))::integer as organisations
            from ledger.finding as f
            inner join ledger.decision as d
                on d.submission_id = f.submission_id
                and d.ruleset_version = f.ruleset_version
                and d.is_current
            inner join ledger.submission as s on s.submission_id = f.submission_id
            inner join ledger.receipt as r on r.receipt_id = s.receipt_id
            where s.received_at <= %(as_of)s
            group by s.form_code, f.rule_id, f.severity, f.category
            order by f.severity, findings desc, f.rule_id, s.form_code nulls last
            """,
            {"as_of": as_of},
        ).fetchall()


def rule_examples(connection: psycopg.Connection[Any], as_of: datetime, per_rule: int) -> list[RuleExample]:
    """Up to `per_rule` places per form and rule, the latest files first."""
    with connection.cursor(row_factory=class_row(RuleExample)) as cursor:
        return cursor.execute(
            """
            with placed as (
                select
                    s.form_code, f.rule_id, s.region_code, o.name_short as organisation, s.period_code,
                    r.file_name, r.source_uri, f.sheet, f.cell, f.received, f.message, f.hint,
                    row_number() over (
                        partition by s.form_code, f.rule_id
                        order by s.received_at desc, f.submission_id, f.row_no nulls first, f.finding_id
                    ) as place
                from ledger.finding as f
                inner join ledger.decision as d
                    on d.submission_id = f.submission_id
                    and d.ruleset_version = f.ruleset_version
                    and d.is_current
                inner join ledger.submission as s on s.submission_id = f.submission_id
                inner join ledger.receipt as r on r.receipt_id = s.receipt_id
                left join ledger.organisation as o on o.ogrn = coalesce(s.ogrn, r.sender_ogrn)
                where s.received_at <= %(as_of)s
            )
            select
                form_code, rule_id, region_code, organisation, period_code,
                file_name, source_uri, sheet, cell, received, message, hint
            from placed
            where place <= %(per_rule)s
            order by form_code nulls last, rule_id, place
            """,
            {"as_of": as_of, "per_rule": per_rule},
        ).fetchall()


def latest_runs(connection: psycopg.Connection[Any]) -> list[ValidationRun]:
    """The last finished validation run of each form."""
    with connection.cursor(row_factory=class_row(ValidationRun)) as cursor:
        return cursor.execute(
            """
            select distinct on (form_code)
                form_code, ruleset_version, finished_at, submission_count, row_count, result_path
            from ledger.validation_run
            where finished_at is not null
            order by form_code, finished_at desc, run_id
            """
        ).fetchall()


def region_names(connection: psycopg.Connection[Any]) -> dict[str, str]:
    """Names of the regions by code."""
    return dict(
        connection.execute("select region_code, name_ru from ledger.region order by region_code").fetchall()
    )
