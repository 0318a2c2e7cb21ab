"""Looks at a channel: when each part of it was last looked through, and what was seen then and not taken.

A file's time of modification is set by whoever sends it. What a look has not found was not there when it
began, whatever time the file bears: this is what makes a day of receipt worth something.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection

from ingest.shards import BUCKETS, KIND_WITH_STRAYS
from ingest.sources.regions import region

# The share of the folders that are nobody's, beside the buckets of organisations.
STRAYS = -1


@dataclass(frozen=True)
class Place:
    """A part of a channel that is looked through as a whole: a kind's organisations in a region."""

    channel: str
    region_code: str
    kind: str


@dataclass(frozen=True)
class Seen:
    """A file as it was seen and could not be fetched; `not_before` is the look before that one."""

    source_uri: str
    size: int
    modified_at: datetime
    not_before: datetime | None


def last_looks(connection: Connection, place: Place) -> dict[int, datetime | None]:
    """When each bucket and the strays were looked through, None where they never were.

    Where a region was closed before anything was looked through, its last closing stands for the look.
    """
    closed = connection.execute(
        "select max(counts_until) from ledger.period_closing where region_code = %s", [place.region_code]
    ).fetchone()
    looks: dict[int, datetime | None] = dict.fromkeys(_buckets(place.kind), closed[0] if closed else None)
    looks.update(
        connection.execute(
            "select bucket, looked_at from ledger.source_look"
            " where channel = %s and region_code = %s and kind = %s",
            [place.channel, place.region_code, place.kind],
        ).fetchall()
    )
    return looks


def record_looks(connection: Connection, place: Place, buckets: Iterable[int], began_at: datetime) -> None:
    """Remember that buckets were looked through from a moment on and that what lay there is taken."""
    connection.execute(
        "insert into ledger.source_look (channel, region_code, kind, bucket, looked_at)"
        " select %s, %s, %s, bucket, %s from unnest(%s::integer[]) as b (bucket) order by bucket"
        " on conflict (channel, region_code, kind, bucket)"
        " do update set looked_at = greatest(source_look.looked_at, excluded.looked_at)",
        [place.channel, place.region_code, place.kind, began_at, sorted(buckets)],
    )


def looked_through(connection: Connection, region_code: str) -> datetime | None:
    """The moment before which nothing can turn up in a region any more: the earliest of its last looks.

    None where nothing was looked through yet.
    """
    row = connection.execute(
        "select min(looked_at) from ledger.source_look where region_code = %s and kind = any(%s)",
        [region_code, list(region(region_code).kinds)],
    ).fetchone()
    return row[0] if row is not None else None


def await_files(connection: Connection, channel: str, seen: Sequence[Seen]) -> None:
    """Remember files that lie there and could not be fetched: the next look does not make them late."""
    for one in seen:
        connection.execute(
            "insert into ledger.awaited_file (channel, source_uri, size_bytes, modified_at, not_before)"
            " values (%s, %s, %s, %s, %s) on conflict (channel, source_uri) do update"
            " set (size_bytes, modified_at, not_before)"
            " = row(excluded.size_bytes, excluded.modified_at, excluded.not_before)"
            # The same file again: it has been there since it was first seen.
            " where (awaited_file.size_bytes, awaited_file.modified_at)"
            " is distinct from (excluded.size_bytes, excluded.modified_at)",
            [channel, one.source_uri, one.size, one.modified_at, one.not_before],
        )


def awaited(connection: Connection, channel: str, addresses: Sequence[str]) -> Mapping[str, Seen]:
    """Those of the addresses that were seen and not fetched, with what was seen."""
    rows = connection.execute(
        "select source_uri, size_bytes, modified_at, not_before from ledger.awaited_file"
        " where channel = %s and source_uri = any(%s)",
        [channel, list(addresses)],
    )
    return {row[0]: Seen(*row) for row in rows}


def forget_awaited(connection: Connection, channel: str, addresses: Sequence[str]) -> None:
    """Files that have been fetched are awaited no more."""
    connection.execute(
        "delete from ledger.awaited_file where channel = %s and source_uri = any(%s)",
        [channel, list(addresses)],
    )


def _buckets(kind: str) -> tuple[int, ...]:
    return (*range(BUCKETS), STRAYS) if kind == KIND_WITH_STRAYS else tuple(range(BUCKETS))
