"""How often reading a submission was begun without being finished.

An attempt is committed before the file is opened. A process that the file (or the machine) ends leaves it
behind, and the next pull knows which files were in hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from psycopg import Connection


def interrupted(connection: Connection, submissions: Sequence[UUID]) -> set[UUID]:
    """Those of the submissions whose reading was begun and not finished."""
    rows = connection.execute(
        "select submission_id from ledger.read_attempt where submission_id = any(%s)", [list(submissions)]
    )
    return {row[0] for row in rows}


def begin(connection: Connection, submissions: Sequence[UUID]) -> dict[UUID, int]:
    """Count one more attempt for those that still wait; returns their attempts with this one. Commits.

    A submission that another process is reading is waited for: if it is read by then, it gets no attempt.
    """
    rows = connection.execute(
        "insert into ledger.read_attempt as a (submission_id, attempts)"
        " select submission_id, 1 from ledger.submission"
        " where submission_id = any(%s) and state = 'received' order by submission_id for no key update"
        " on conflict (submission_id) do update set attempts = a.attempts + 1"
        " returning submission_id, attempts",
        [list(submissions)],
    ).fetchall()
    connection.commit()
    return dict(rows)


def finish(connection: Connection, submissions: Sequence[UUID]) -> None:
    """Forget the attempts of submissions that were read, in the caller's transaction."""
    connection.execute("delete from ledger.read_attempt where submission_id = any(%s)", [list(submissions)])
