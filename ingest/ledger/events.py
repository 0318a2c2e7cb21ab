"""The append-only log of everything that happened, chained by hashes, and its independent check.

The database computes the chain in a trigger (ledger.event_chain) and refuses changes; ``verify_chain``
recomputes it in Python from what is stored, so that a change made past the trigger, by a superuser or in
the files, is found.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

from psycopg import Connection

from warehouse import clock
from warehouse.connection import connect

EventKind = Literal[
    "receipt.landed",
    "submission.read",
    "submission.validated",
    "submission.decided",
    "submission.reopened",
    "registry.loaded",
    "obligations.synced",
    "build.finished",
    "release.created",
    "release.drafted",
    "release.approved",
    "release.returned",
    "release.delivered",
    "period.closed",
    "period.reopened",
    "delivery.failed",
    "delivery.mended",
    "alert.raised",
]

EVENT_KINDS: tuple[str, ...] = get_args(EventKind)
GENESIS = "0" * 64


@dataclass(frozen=True)
class Event:
    """Something that happened to a subject: a receipt, a submission, ``region:<code>``, a release."""

    kind: EventKind
    subject: str
    payload: Mapping[str, object]


@dataclass(frozen=True)
class ChainReport:
    """What the check of the log found. ``head`` is the hash of the last event that still holds."""

    events: int
    head: str
    broken_at: int | None = None
    reason: str | None = None

    @property
    def is_intact(self) -> bool:
        """True when every event follows from the one before it."""
        return self.broken_at is None


def lock(connection: Connection) -> None:
    """Hold the log until the end of the transaction: writers that must see each other's rows take turns."""
    connection.execute("select pg_advisory_xact_lock(hashtext('ledger.event'))")


def append(connection: Connection, events: Iterable[Event], at: datetime | None = None) -> None:
    """Append events in the given order, in the caller's transaction. Other writers wait until it ends."""
    moment = at or clock.now()
    rows = [
        (event.kind, event.subject, json.dumps(event.payload, ensure_ascii=False, default=str))
        for event in events
    ]
    if not rows:
        return
    kinds, subjects, payloads = (list(column) for column in zip(*rows, strict=True))
    connection.execute(
        "insert into ledger.event (at, kind, subject, payload)"
        " select %s, kind, subject, payload::jsonb"
        " from unnest(%s::text[], %s::text[], %s::text[]) with ordinality"
        " as e (kind, subject, payload, position)"
        " order by position",
        [moment, kinds, subjects, payloads],
    )


def verify_chain(connection: Connection | None = None) -> ChainReport:
    """Recompute every hash from the first event on and stop at the first that does not hold."""
    if connection is not None:
        return _verify(connection)
    with connect("auditor") as own:
        return _verify(own)


def _verify(connection: Connection) -> ChainReport:
    head = GENESIS
    count = 0
    # A named cursor streams: the log of a region's year does not fit into memory twice.
    with connection.cursor("event_chain") as cursor:
        cursor.itersize = 5000
        cursor.execute(
            "select event_no, at, kind, subject, payload::text, prev_hash, hash"
            " from ledger.event order by event_no"
        )
        for event_no, at, kind, subject, payload, prev_hash, stored in cursor:
            if event_no != count + 1:
                return ChainReport(
                    count, head, count + 1, f"event {count + 1} is missing: {event_no} follows {count}"
                )
            if prev_hash != head:
                return ChainReport(
                    count, head, event_no, f"event {event_no} does not follow from event {count}"
                )
            if stored != chain_hash(head, event_no, at, kind=kind, subject=subject, payload=payload):
                return ChainReport(
                    count,
                    head,
                    event_no,
                    f"event {event_no} ({kind} {subject}) was changed after it was written",
                )
            head, count = stored, event_no
    return ChainReport(count, head)


def chain_hash(prev_hash: str, event_no: int, at: datetime, *, kind: str, subject: str, payload: str) -> str:
    """SHA-256 that binds an event to the one before it; ``payload`` is its JSON as PostgreSQL prints it."""
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    text = "\n".join((prev_hash, str(event_no), moment, kind, subject, payload))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
