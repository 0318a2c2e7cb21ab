"""`orientir ledger`: what the house remembers."""

from __future__ import annotations

from dataclasses import asdict

import click

from orientir.commands import options
from orientir.failures import DATA_FAILED

SUBMISSION = """ select s.submission_id, s.region_code, s.ogrn, o.name_short, s.form_code, s.form_version,
s.period_code, r.revision, s.state, d.outcome, d.critical_count, d.warning_count, d.ruleset_version,
s.received_at, c.file_name, c.source_uri, s.sha256 from ledger.submission as s join ledger.receipt as c
using (receipt_id) left join ledger.organisation as o on o.ogrn = s.ogrn left join
ledger.submission_revision as r on r.submission_id = s.submission_id left join ledger.decision as d on
d.submission_id = s.submission_id and d.is_current where s.submission_id = %(submission)s
"""

FINDINGS = """ select f.severity, f.rule_id, f.sheet, f.cell, f.received, f.expected, f.message, f.hint from
ledger.finding as f left join ledger.decision as d on d.submission_id = f.submission_id and d.is_current
where f.submission_id = %(submission)s and (d.ruleset_version is null or d.ruleset_version =
f.ruleset_version) order by f.severity, f.rule_id, f.row_no nulls first, f.field nulls first
"""

EVENTS = """
select event_no, at, kind, subject, payload
from ledger.event
where (%(kind)s::text is null or kind = %(kind)s) and (%(subject)s::text is null or subject like %(subject)s)
order by event_no desc
limit %(limit)s
"""


@click.group()
def ledger() -> None:
    """Look into the ledger and verify its log."""


@ledger.command()
@click.option(
    "--files", "with_files", is_flag=True, help="Read every landed and every released file, too, and compare."
)
@options.as_json
def verify(with_files: bool, as_json: bool) -> None:
    """Recompute the chain of the log, and hold what the ledger records of every release against it.

    With --files also what lies on the disk: landed contents, releases and their deliveries to folders. Exit
    code 1 if anything was changed or is gone.
    """
    from ingest.ledger.events import verify_chain
    from publish.file_audit import audit_files
    from publish.release_audit import audit_releases
    from warehouse.connection import connect

    options.open_database()
    with connect("auditor") as connection:
        report = verify_chain(connection)
        audit = audit_releases(connection)
        files = audit_files(connection) if with_files else None
    is_intact = report.is_intact and not audit.altered and not (files and files.damaged)
    if as_json:
        told = {**asdict(report), "is_intact": is_intact, **asdict(audit)}
        options.print_json({**told, "files": asdict(files)} if files else told)
    else:
        if report.is_intact:
            click.echo(f"{report.events} events, the chain holds; its head is {report.head}")
        else:
            options.say(f"the chain breaks at event {report.broken_at}: {report.reason}")
        for altered in audit.altered:
            options.say(f"{altered.release_id} is not what the log says: {altered.reason}")
        if not audit.altered:
            click.echo(f"{audit.releases} releases and drafts are recorded as the log says, file by file")
        if files is not None:
            for damaged in files.damaged:
                options.say(f"{damaged.subject}: {damaged.reason}")
            click.echo(
                f"{files.landed} landed contents and {files.released} released files read,"
                f" {len(files.damaged)} of them gone or changed"
            )
    if not is_intact:
        raise SystemExit(DATA_FAILED)


@ledger.command()
@click.argument("submission")
@options.as_json
def show(submission: str, as_json: bool) -> None:
    """Show a SUBMISSION (its id, or the beginning of it): origin, decision, findings."""
    from psycopg.rows import dict_row

    from ingest.trace import submission_id
    from warehouse.connection import connect

    options.open_database()
    with connect("auditor") as connection, connection.cursor(row_factory=dict_row) as cursor:
        asked = {"submission": submission_id(submission)}
        (found,) = cursor.execute(SUBMISSION, asked).fetchall()
        findings = cursor.execute(FINDINGS, asked).fetchall()
    if as_json:
        options.print_json({**found, "findings": findings})
        return
    for name, value in found.items():
        click.echo(f"{name:16} {'' if value is None else value}")
    for finding in findings:
        place = " ".join(part for part in (finding["sheet"], finding["cell"]) if part) or "-"
        click.echo(f"\n{finding['severity']:8} {finding['rule_id']}  {place}")
        click.echo(f"  {finding['message']}\n  {finding['hint']}")


@ledger.command()
@click.option("--kind", metavar="KIND", help="One kind only, for example submission.decided.")
@click.option(
    "--subject", metavar="SUBJECT", help="One subject only, a receipt or submission id, or its beginning."
)
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=20, show_default=True, help="How many, newest first."
)
@options.as_json
def events(kind: str | None, subject: str | None, limit: int, as_json: bool) -> None:
    """Show the newest events of the log."""
    from psycopg.rows import dict_row

    from ingest.ledger.events import EVENT_KINDS
    from orientir.steps import UnknownNameError
    from warehouse.connection import connect

    if kind is not None and kind not in EVENT_KINDS:
        raise UnknownNameError(
            f"there are no events of kind {kind!r}", hint=f"they are {', '.join(EVENT_KINDS)}"
        )
    options.open_database()
    asked = {"kind": kind, "subject": f"{subject}%" if subject else None, "limit": limit}
    with connect("auditor") as connection, connection.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(EVENTS, asked).fetchall()
    if as_json:
        options.print_json(found)
        return
    for event in found:
        click.echo(
            f"{event['event_no']:8} {options.moment(event['at'])} {event['kind']:22} {event['subject']}"
        )


COMMANDS = {"ledger": ledger}
