"""The moment that the ledger has come to: the house's clock, and what has arrived while it stood still."""

from __future__ import annotations

from datetime import datetime, timedelta

from psycopg import Connection

from warehouse import clock

TICK = timedelta(microseconds=1)
# Arrivals under a clock that stands still are a tick apart: as many as ever arrive fit into this.
_STANDSTILL = timedelta(seconds=1)

_LAST_RECEIVED = (
    "select max(received_at) from ledger.receipt where received_at >= %(now)s and received_at < %(end)s"
)
_LAST_CLOSED = (
    "select max(counts_until) from ledger.period_closing where counts_until >= %(now)s"
    " and counts_until < %(end)s"
)


def present(connection: Connection) -> datetime:
    """Now, as whoever reads the ledger has to take it.

    A fixed clock (the demo's «today») stands still while files go on arriving, each a tick after the one
    before it: then it is the moment of the last of them, which would lie ahead of the clock otherwise.
    """
    now = clock.now()
    if not clock.is_fixed():
        return now
    return max(now, _last(connection, _LAST_RECEIVED, now) or now)


def next_landing(connection: Connection) -> datetime:
    """The moment of what is landed now: later than what was received, and than what was closed, before.

    The caller holds the event log's lock.
    """
    now = clock.now()
    earlier = [_last(connection, query, now) for query in (_LAST_RECEIVED, _LAST_CLOSED)]
    return max([now, *(moment + TICK for moment in earlier if moment is not None)])


def next_free(connection: Connection, moment: datetime) -> datetime:
    """The first moment after one at which nothing was received yet."""
    return max(moment, _last(connection, _LAST_RECEIVED, moment) or moment) + TICK


def _last(connection: Connection, query: str, now: datetime) -> datetime | None:
    row = connection.execute(query, {"now": now, "end": now + _STANDSTILL}).fetchone()
    return None if row is None else row[0]
