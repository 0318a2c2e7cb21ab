"""Submissions between their arrival and their validation: which wait to be read, and what reading them
gave.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from psycopg import Connection


@dataclass(frozen=True)
class WaitingSubmission:
    """A submission in state ``received`` with what its reading needs to know. ``kind`` and later are the
    sender's.
    """

    submission_id: UUID
    region_code: str
    ogrn: str | None
    sha256: str
    file_name: str
    source_uri: str
    received_at: datetime
    kind: str | None
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True)
class ReadOutcome:
    """What the ledger keeps about a reading. Counts are rows of all sections and non-empty cells."""

    submission_id: UUID
    form_code: str | None
    form_version: str | None
    period_code: str | None
    row_count: int
    cell_count: int


def waiting_ids(connection: Connection, region_code: str) -> Iterator[tuple[UUID, str | None]]:
    """Submissions of a region that landed but were not read, with their senders; in the order of receipt."""
    yield from connection.execute(
        "select submission_id, ogrn from ledger.submission where state = 'received' and region_code = %s"
        " order by received_at, submission_id",
        [region_code],
    ).fetchall()


def claim(connection: Connection, submissions: Sequence[UUID]) -> list[WaitingSubmission]:
    """Lock those that still wait, in the order of address.

    What another process is reading is waited for: it is read then or, if that process died, still to be read.
    """
    rows = connection.execute(
        "select s.submission_id, s.region_code, s.ogrn, s.sha256, r.file_name, r.source_uri, s.received_at,"
        " o.kind, o.valid_from, o.valid_to"
        " from ledger.submission as s join ledger.receipt as r using (receipt_id)"
        " left join ledger.organisation as o on o.ogrn = s.ogrn"
        " where s.submission_id = any(%s) and s.state = 'received'"
        " order by r.source_uri, s.received_at for no key update of s",
        [list(submissions)],
    )
    return [WaitingSubmission(*row) for row in rows]


def mark_read(connection: Connection, outcomes: Sequence[ReadOutcome], reader_version: str) -> None:
    """Move claimed submissions to state ``read`` with what reading gave."""
    connection.execute(
        "update ledger.submission as s set state = 'read', reader_version = %s, form_code = o.form_code,"
        " form_version = o.form_version, period_code = o.period_code, row_count = o.row_count,"
        " cell_count = o.cell_count"
        " from unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::integer[], %s::integer[])"
        " as o (submission_id, form_code, form_version, period_code, row_count, cell_count)"
        " where s.submission_id = o.submission_id and s.state = 'received'",
        [
            reader_version,
            [o.submission_id for o in outcomes],
            [o.form_code for o in outcomes],
            [o.form_version for o in outcomes],
            [o.period_code for o in outcomes],
            [o.row_count for o in outcomes],
            [o.cell_count for o in outcomes],
        ],
    )
