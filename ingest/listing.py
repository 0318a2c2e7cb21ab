"""Listing: what a channel holds for some organisations, whose it is, and since when it can be there."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection

from ingest.ledger.looks import STRAYS, Place, last_looks, record_looks
from ingest.ledger.receipts import KnownFile, known_files
from ingest.shards import Shard, bucket_of
from ingest.sources.channel import Channel, RemoteFile
from ingest.sources.regions import load_regions
from ingest.sources.registry import Source, all_sources
from warehouse import clock

logger = logging.getLogger(__name__)

BATCH = 1000


@dataclass(frozen=True)
class Candidate:
    """A listed file, the owner of the folder that it lies in, and the last look that did not find it."""

    remote: RemoteFile
    sender_ogrn: str | None
    not_before: datetime | None = None


class Listing:
    """One look through what a channel holds for a shard.

    Iterate `unknown()` to its end, take what it gives, then `record()` the look.
    """

    def __init__(self, connection: Connection, channel: Channel, shard: Shard) -> None:
        self.shard = shard
        self.place = Place(channel.name, shard.region_code, shard.kind)
        self.count = 0
        self._connection = connection
        self._channel = channel
        self._began_at = clock.now()
        self._earlier = last_looks(connection, self.place)
        self._unlisted: set[int] = set()

    def unknown(self) -> Iterator[Candidate]:
        """Files that the last look does not account for, by owner; those of one in order of time."""
        batch: list[Candidate] = []
        for candidate in self._everything():
            self.count += 1
            batch.append(candidate)
            if len(batch) == BATCH:
                yield from self._not_accounted_for(batch)
                batch = []
        yield from self._not_accounted_for(batch)

    def record(self, besides: Iterable[int] = ()) -> None:
        """Remember the look in the caller's transaction, but not of buckets that something waits in."""
        looked = {*self.shard.buckets, *([STRAYS] if self.shard.with_strays else [])}
        record_looks(self._connection, self.place, looked - self._unlisted - set(besides), self._began_at)

    def _everything(self) -> Iterator[Candidate]:
        """Files of the shard's organisations in the order of OGRN, then of nobody's folders."""
        region_code = self.shard.region_code
        if region_code not in self._channel.names(""):
            # No folder of the region: more likely a disk that is not there than organisations that left.
            self._unlisted |= {*self.shard.buckets, STRAYS}
        for source in sources(self._connection, self.shard):
            bucket = bucket_of(source.ogrn)
            yield from self._of(bucket, f"{region_code}/{source.folder}", source.ogrn, {source.folder})
        if not self.shard.with_strays:
            return
        owned = {source.folder for source in all_sources(self._connection, region_code)}
        for name in self._channel.names(region_code):
            for candidate in self._of(STRAYS, f"{region_code}/{name}", None):
                if candidate.remote.folder not in owned:
                    yield candidate
        # Nothing that was sent may stay unseen: what lies beside the regions' folders is the first region's.
        if region_code == next(iter(load_regions())):
            for name in outside_regions(self._channel):
                yield from self._of(STRAYS, name, None)

    def _of(
        self, bucket: int, prefix: str, sender_ogrn: str | None, folders: set[str] | None = None
    ) -> Iterator[Candidate]:
        before = self._earlier[bucket]
        unlisted = len(self._channel.unlisted)
        files = [
            remote for remote in self._channel.list(prefix) if folders is None or remote.folder in folders
        ]
        if len(self._channel.unlisted) > unlisted:
            self._unlisted.add(bucket)
        for remote in sorted(files, key=_as_sent):
            yield Candidate(remote, sender_ogrn, before)

    def _not_accounted_for(self, batch: list[Candidate]) -> Iterator[Candidate]:
        known = known_files(
            self._connection, self.place.channel, [candidate.remote.source_uri for candidate in batch]
        )
        for candidate in batch:
            if not _is_accounted_for(candidate, known.get(candidate.remote.source_uri)):
                yield candidate


def sources(connection: Connection, shard: Shard) -> list[Source]:
    """The organisations of a shard."""
    buckets = frozenset(shard.buckets)
    return [
        source
        for source in all_sources(connection, shard.region_code)
        if source.kind == shard.kind and bucket_of(source.ogrn) in buckets
    ]


def outside_regions(channel: Channel) -> list[str]:
    """Names in the channel's root that are no region's folder."""
    configured = load_regions()
    return [name for name in channel.names("") if name not in configured]


def _as_sent(remote: RemoteFile) -> tuple[datetime, datetime, str]:
    return remote.modified_at, remote.stamped_at or remote.modified_at, remote.source_uri


def _is_accounted_for(candidate: Candidate, known: KnownFile | None) -> bool:
    remote = candidate.remote
    return known is not None and (known.size, known.modified_at, known.sender_ogrn) == (
        remote.size,
        remote.modified_at,
        candidate.sender_ogrn,
    )
