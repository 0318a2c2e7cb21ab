"""The same content from two organisations: a finding on every one but the first to send it.

An empty file is nobody's copy.

Who was first is decided by the moment of receipt, then by OGRN, never by the order of pulling. An earlier
arrival that is pulled later therefore moves the finding, and what was already validated is validated again.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from psycopg import Connection

from ingest.ledger import events
from ingest.ledger.findings import insert_findings
from ingest.readers.rules import FindingLog
from ingest.reading_version import reading_version

RULE = "READ.DUPLICATE_CONTENT"

_LATER_SENDERS = """
    with sent as (
        select submission_id, sha256, ogrn, received_at
        from ledger.submission
        where sha256 = any(%s) and ogrn is not null
            and sha256 in (select b.sha256 from ledger.blob as b where b.size_bytes > 0)
    ),
    first_sender as (
        select distinct on (sha256) sha256, ogrn from sent order by sha256, received_at, ogrn
    )
    select sent.submission_id
    from sent join first_sender using (sha256)
    where sent.ogrn <> first_sender.ogrn
    order by sent.submission_id
"""


def refresh_duplicate_findings(connection: Connection, contents: Sequence[str]) -> None:
    """Make the findings about the given contents (SHA-256) right. The caller holds the event log's lock."""
    later: set[UUID] = {row[0] for row in connection.execute(_LATER_SENDERS, [list(contents)])}
    held: set[UUID] = {
        row[0]
        for row in connection.execute(
            "select f.submission_id from ledger.finding as f"
            " join ledger.submission as s using (submission_id)"
            " where s.sha256 = any(%s) and f.rule_id = %s",
            [list(contents), RULE],
        )
    }
    if later == held:
        return
    connection.execute(
        "delete from ledger.finding where rule_id = %s and submission_id = any(%s)",
        [RULE, sorted(held - later)],
    )
    log = FindingLog()
    log.add(RULE)
    insert_findings(
        connection,
        [(submission, log.findings) for submission in sorted(later - held)],
        reading_version(),
    )
    reopened = connection.execute(
        "update ledger.submission set state = 'read' where submission_id = any(%s)"
        " and state in ('validated', 'decided') returning submission_id",
        [sorted(later ^ held)],
    ).fetchall()
    events.append(
        connection,
        [
            events.Event("submission.reopened", str(submission), {"rule_id": RULE})
            for (submission,) in sorted(reopened)
        ],
    )
