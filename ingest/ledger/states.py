"""Where a submission is: received → read → validated → decided. What came of it is its decision, kept
apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from psycopg import Connection

State = Literal["received", "read", "validated", "decided"]

# Backwards only to be validated again: by a newer rule set, or because something new was found out.
TRANSITIONS: dict[State, frozenset[State]] = {
    "received": frozenset({"read"}),
    "read": frozenset({"validated"}),
    "validated": frozenset({"decided", "read"}),
    "decided": frozenset({"read"}),
}


class IllegalTransitionError(RuntimeError):
    """A submission is not in the state that the step starts from; the message names it and its state."""


def advance(connection: Connection, submissions: Sequence[UUID], to: State) -> None:
    """Move submissions to a state, in the caller's transaction; all of them or, by an
    IllegalTransitionError, none.
    """
    allowed = [state for state, targets in TRANSITIONS.items() if to in targets]
    held: dict[UUID, str] = dict(
        connection.execute(
            "select submission_id, state from ledger.submission where submission_id = any(%s) for update",
            [list(submissions)],
        ).fetchall()
    )
    for submission in submissions:
        if held.get(submission) not in allowed:
            raise IllegalTransitionError(
                f"submission {submission} is {held.get(submission) or 'unknown'}; "
                f"only {' or '.join(allowed)} can become {to}"
            )
    connection.execute(
        "update ledger.submission set state = %s where submission_id = any(%s)", [to, list(submissions)]
    )
