"""Receipts: arrivals of files, and what each channel held when it was last looked at."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from psycopg import Connection

from ingest.ledger import events, identity
from ingest.ledger.duplicates import refresh_duplicate_findings
from ingest.ledger.present import TICK, next_free, next_landing
from warehouse import clock

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Arrival:
    """A file as fetched: its address, whose folder it lies in (None: nobody's) and its landed content.

    `modified_at` is the time that the file bears: its sender may have set it wrong, back or ahead of now.
    `stamped_at` is its server's own time for it, if there is one. `not_before` is the last look at its
    folder that did not find it, None where there was none.
    """

    region_code: str
    source_uri: str
    file_name: str
    sender_ogrn: str | None
    sha256: str
    size: int
    modified_at: datetime
    stamped_at: datetime | None = None
    not_before: datetime | None = None


@dataclass(frozen=True)
class KnownFile:
    """What is recorded about an address: its last listing and the receipt of its content."""

    size: int
    modified_at: datetime
    sha256: str
    receipt_id: UUID
    sender_ogrn: str | None
    received_at: datetime


@dataclass(frozen=True)
class Recorded:
    """What recording a chunk did: submissions of new receipts, and files that only looked new."""

    submissions: list[UUID] = field(default_factory=list)
    unchanged: int = 0


@dataclass(frozen=True)
class _Receipt:
    receipt_id: UUID
    received_at: datetime
    arrival: Arrival


def known_files(connection: Connection, channel: str, addresses: Sequence[str]) -> dict[str, KnownFile]:
    """What is recorded about the given addresses of a channel."""
    rows = connection.execute(
        "select f.source_uri, f.size_bytes, f.modified_at, f.sha256, f.receipt_id,"
        " r.sender_ogrn, r.received_at"
        " from ledger.source_file as f join ledger.receipt as r using (receipt_id)"
        " where f.channel = %s and f.source_uri = any(%s)",
        [channel, list(addresses)],
    )
    return {row[0]: KnownFile(*row[1:]) for row in rows}


def record_arrivals(connection: Connection, channel: str, arrivals: Sequence[Arrival]) -> Recorded:
    """Write receipts and submissions (state ``received``) of what is new among arrivals of one channel.

    The content that an address held last is no new arrival, whatever the time of the file says. Another
    content is, also one that the address held before: A, B, A are three receipts. Receipts of one address
    advance in time. Nothing is received before the last look that has not found it, nor later than it was
    landed: a file that bears an earlier or a later time counts as received between the two, and the event of
    its landing keeps the time that it bore. Commits nothing.
    """
    if not arrivals:
        return Recorded()
    # Two pulls may look at one address at once; the second must see what the first wrote.
    events.lock(connection)
    known = known_files(connection, channel, [arrival.source_uri for arrival in arrivals])
    fresh = [arrival for arrival in arrivals if not _is_held(arrival, known.get(arrival.source_uri))]
    receipts, landed_at = _receipts(connection, channel, fresh, known)
    _insert_receipts(connection, channel, receipts, landed_at)
    _remember(
        connection,
        channel,
        [
            *((receipt.arrival, receipt.receipt_id) for receipt in receipts),
            *(
                (arrival, known[arrival.source_uri].receipt_id)
                for arrival in arrivals
                if _is_held(arrival, known.get(arrival.source_uri))
            ),
        ],
    )
    events.append(connection, [_landed(channel, receipt) for receipt in receipts])
    refresh_duplicate_findings(connection, sorted({receipt.arrival.sha256 for receipt in receipts}))
    return Recorded(
        [identity.submission_id(receipt.receipt_id) for receipt in receipts], len(arrivals) - len(receipts)
    )


def _is_held(arrival: Arrival, known: KnownFile | None) -> bool:
    # A folder that the registry has given an owner since makes its files arrive anew, from that owner.
    return known is not None and (known.sha256, known.sender_ogrn) == (arrival.sha256, arrival.sender_ogrn)


def _receipts(
    connection: Connection, channel: str, arrivals: Sequence[Arrival], known: Mapping[str, KnownFile]
) -> tuple[list[_Receipt], datetime]:
    """Receipts in the order of arrivals, and the moment of landing, which none of them is later than."""
    now = landed_at = clock.now()
    moments = _moments(connection, arrivals, known, now)
    ahead = sorted(
        (arrival for arrival in arrivals if moments[arrival.source_uri] > now),
        key=_as_sent,
    )
    if ahead:
        landed_at = next_landing(connection)
    for number, arrival in enumerate(ahead):
        if number:
            landed_at += TICK
        uri = arrival.source_uri
        moments[uri] = landed_at if uri not in known else max(landed_at, known[uri].received_at + TICK)
    for arrival in arrivals:
        _tell_of_another_time(arrival, moments[arrival.source_uri], now)
    return [_receipt(channel, arrival, moments[arrival.source_uri]) for arrival in arrivals], landed_at


def _moments(
    connection: Connection, arrivals: Sequence[Arrival], known: Mapping[str, KnownFile], now: datetime
) -> dict[str, datetime]:
    """When each address got what it holds, as far as it can be known; ahead of now if the file says so.

    A file that bears an earlier time than the last look, which did not find it, has come when its server
    says. Where there is no such time, or none that can be right, it has come at the first moment that is
    possible, in the order of the files' own times: nobody is late for what cannot be known.

    Of two contents that one sender has sent at the same moment (servers keep whole seconds), the one that its
    server has written later is received a tick later: the last one counts.
    """
    moments: dict[str, datetime] = {}
    free: dict[datetime, datetime] = {}
    taken = _taken(connection, arrivals)
    for arrival in sorted(arrivals, key=_as_sent):
        before = known.get(arrival.source_uri)
        moment = arrival.modified_at
        # A content that has lain there under another owner, or nobody's, was there at the last look.
        is_new = before is None or before.sha256 != arrival.sha256
        look = arrival.not_before
        if is_new and look is not None and moment <= look:
            if arrival.stamped_at is not None and look < arrival.stamped_at <= now:
                moment = arrival.stamped_at
            else:
                moment = free.get(look) or next_free(connection, look)
                free[look] = moment + TICK
        if before is not None:
            moment = max(moment, before.received_at + TICK)
        while taken.setdefault((arrival.sender_ogrn, moment), arrival.sha256) != arrival.sha256:
            moment += TICK
        moments[arrival.source_uri] = moment
    return moments


def _as_sent(arrival: Arrival) -> tuple[datetime, datetime, str]:
    return arrival.modified_at, arrival.stamped_at or arrival.modified_at, arrival.source_uri


def _taken(connection: Connection, arrivals: Sequence[Arrival]) -> dict[tuple[str | None, datetime], str]:
    """What senders have sent at the moments that these arrivals bear."""
    rows = connection.execute(
        "select r.sender_ogrn, r.received_at, r.sha256 from ledger.receipt as r"
        " join unnest(%s::text[], %s::timestamptz[]) as a (ogrn, modified_at)"
        " on r.sender_ogrn = a.ogrn"
        " and r.received_at between a.modified_at and a.modified_at + interval '1 ms'",
        [[arrival.sender_ogrn for arrival in arrivals], [arrival.modified_at for arrival in arrivals]],
    ).fetchall()
    return {(ogrn, received_at): sha256 for ogrn, received_at, sha256 in rows}


def _tell_of_another_time(arrival: Arrival, received_at: datetime, now: datetime) -> None:
    own, uri = arrival.modified_at.isoformat(), arrival.source_uri
    if arrival.modified_at > now:
        logger.warning(
            "%r bears the time %s, which is still to come: it counts as received now, %s",
            uri,
            own,
            received_at.isoformat(),
        )
    elif arrival.not_before is not None and arrival.modified_at <= arrival.not_before < received_at:
        logger.warning(
            "%r bears the time %s and was not there when its folder was looked through at %s: it counts as"
            " received at %s",
            uri,
            own,
            arrival.not_before.isoformat(),
            received_at.isoformat(),
        )


def _receipt(channel: str, arrival: Arrival, received_at: datetime) -> _Receipt:
    return _Receipt(
        identity.receipt_id(channel, arrival.source_uri, arrival.sha256, received_at), received_at, arrival
    )


def _insert_receipts(
    connection: Connection, channel: str, receipts: Sequence[_Receipt], landed_at: datetime
) -> None:
    connection.execute(
        "insert into ledger.blob (sha256, size_bytes, stored_at)"
        " select distinct sha256, size_bytes, %s::timestamptz from unnest(%s::text[], %s::bigint[])"
        " as b (sha256, size_bytes) on conflict do nothing",
        [landed_at, [r.arrival.sha256 for r in receipts], [r.arrival.size for r in receipts]],
    )
    connection.execute(
        "insert into ledger.receipt"
        " (receipt_id, region_code, channel, source_uri, file_name,"
        " sender_ogrn, sha256, received_at, pulled_at)"
        " select receipt_id, region_code, %s, source_uri, file_name, sender_ogrn, sha256, received_at, %s"
        " from unnest(%s::uuid[], %s::text[], %s::text[], %s::text[],"
        " %s::text[], %s::text[], %s::timestamptz[])"
        " as r (receipt_id, region_code, source_uri, file_name, sender_ogrn, sha256, received_at)",
        [channel, landed_at, *_columns(receipts)],
    )
    connection.execute(
        "insert into ledger.submission"
        " (submission_id, receipt_id, region_code, ogrn, sha256, received_at, state)"
        " select s.submission_id, r.receipt_id, r.region_code, r.sender_ogrn, r.sha256, r.received_at,"
        " 'received'"
        " from unnest(%s::uuid[], %s::uuid[]) as s (submission_id, receipt_id)"
        " join ledger.receipt as r using (receipt_id)",
        [
            [identity.submission_id(r.receipt_id) for r in receipts],
            [r.receipt_id for r in receipts],
        ],
    )


def _columns(receipts: Iterable[_Receipt]) -> list[list[object]]:
    rows: list[tuple[object, ...]] = [
        (
            r.receipt_id,
            r.arrival.region_code,
            r.arrival.source_uri,
            r.arrival.file_name,
            r.arrival.sender_ogrn,
            r.arrival.sha256,
            r.received_at,
        )
        for r in receipts
    ]
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(7)]


def _remember(connection: Connection, channel: str, held: Sequence[tuple[Arrival, UUID]]) -> None:
    connection.execute(
        "insert into ledger.source_file (channel, source_uri, size_bytes, modified_at, sha256, receipt_id)"
        " select %s, source_uri, size_bytes, modified_at, sha256, receipt_id"
        " from unnest(%s::text[], %s::bigint[], %s::timestamptz[], %s::text[], %s::uuid[])"
        " as f (source_uri, size_bytes, modified_at, sha256, receipt_id)"
        " on conflict (channel, source_uri) do update set (size_bytes, modified_at, sha256, receipt_id)"
        " = row(excluded.size_bytes, excluded.modified_at, excluded.sha256, excluded.receipt_id)",
        [
            channel,
            [arrival.source_uri for arrival, _ in held],
            [arrival.size for arrival, _ in held],
            [arrival.modified_at for arrival, _ in held],
            [arrival.sha256 for arrival, _ in held],
            [receipt for _, receipt in held],
        ],
    )


def _landed(channel: str, receipt: _Receipt) -> events.Event:
    modified_at = receipt.arrival.modified_at
    own_time = {} if modified_at == receipt.received_at else {"modified_at": modified_at.isoformat()}
    return events.Event(
        "receipt.landed",
        str(receipt.receipt_id),
        {
            "channel": channel,
            "source_uri": receipt.arrival.source_uri,
            "sender_ogrn": receipt.arrival.sender_ogrn,
            "sha256": receipt.arrival.sha256,
            "size_bytes": receipt.arrival.size,
            "received_at": receipt.received_at.isoformat(),
            **own_time,
        },
    )
