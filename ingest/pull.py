"""Pulling: list, fetch, land, write receipts, read, load. Killed at any step and run again, it ends in the
same ledger.

``plan_pull`` looks at what waits and divides it; ``pull_shard`` takes one share, chunk by chunk. Each
chunk is two transactions: one for what arrived (after its bytes are safe in the landing store), one for
what was read from there. A file whose address, size and time are known is not even opened.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TypeVar

from psycopg import Connection

from ingest import landing
from ingest.ledger.looks import STRAYS, Seen, await_files, awaited, forget_awaited
from ingest.ledger.receipts import Arrival, record_arrivals
from ingest.ledger.submissions import waiting_ids
from ingest.listing import Candidate, Listing, outside_regions, sources
from ingest.loading import LoadSummary, read_and_load
from ingest.shards import BUCKETS, KIND_WITH_STRAYS, Shard, bucket_of, divide
from ingest.sources.channel import Channel, ChannelError, FileChangedError
from ingest.sources.regions import KINDS, Kind, channel_for, load_regions, region
from ingest.sources.registry import RegistryError, all_sources
from warehouse.connection import connect
from warehouse.settings import get_settings

logger = logging.getLogger(__name__)

CHUNK_FILES = 200

# The disk of the house is full or read-only: going on with the next file would fail the same way.
_HOUSE_ERRORS = frozenset({errno.ENOSPC, errno.EROFS, errno.EDQUOT})

T = TypeVar("T")


@dataclass(frozen=True)
class Failure:
    """A file that could not be fetched; it waits for the next pull."""

    source_uri: str
    reason: str


@dataclass(frozen=True)
class PullSummary:
    """What a pull did. Counts of files: listed; landed as new; unchanged though touched; still being
    written.
    """

    listed: int = 0
    landed: int = 0
    unchanged: int = 0
    still_written: int = 0
    loaded: LoadSummary = field(default_factory=LoadSummary)
    failures: tuple[Failure, ...] = ()

    def __add__(self, other: PullSummary) -> PullSummary:
        return PullSummary(
            self.listed + other.listed,
            self.landed + other.landed,
            self.unchanged + other.unchanged,
            self.still_written + other.still_written,
            self.loaded + other.loaded,
            self.failures + other.failures,
        )


def plan_pull(kind: Kind, region_code: str | None = None) -> list[Shard]:
    """Shards of what waits for a kind, in one region or in all: none when nothing does.

    At most ``settings.shards`` of them over all regions, but one for each region that has files: regions
    planned one by one get the same shards. Raises RegistryError when no registry was loaded, ChannelError
    when the channel cannot be listed.
    """
    codes = _regions_with(kind, region_code)
    limit = max(1, get_settings().shards // max(1, len(_regions_with(kind, None))))
    shards: list[Shard] = []
    with connect("loader") as connection:
        for code in codes:
            _require_registry(connection, code)
            listing = _everything(connection, code, kind)
            files, strays = _count_waiting(connection, listing)
            waiting = {bucket for bucket, count in enumerate(files) if count}
            listing.record(besides=waiting | ({STRAYS} if strays else set()))
            connection.commit()
            shards += divide(kind, code, files, strays, limit)
    return shards


def pull_shard(shard: Shard) -> PullSummary:
    """Take a shard's new files into the ledger and the raw tables. Doing it again changes nothing."""
    channel = channel_for(shard.region_code, shard.kind)
    summary = PullSummary()
    with connect("loader") as connection:
        _require_registry(connection, shard.region_code)
        # What landed in a run that was killed is read first, from the landing store.
        waiting = [
            submission
            for submission, ogrn in waiting_ids(connection, shard.region_code)
            if _belongs(shard, ogrn)
        ]
        connection.commit()
        for submissions in _chunked(waiting, CHUNK_FILES):
            summary += PullSummary(loaded=read_and_load(connection, submissions))
        listing = Listing(connection, channel, shard)
        for chunk in _chunked(listing.unknown(), CHUNK_FILES):
            summary += _pull_chunk(connection, channel, shard.region_code, chunk)
        listing.record()
        connection.commit()
    return summary + PullSummary(listed=listing.count)


def pending_count(region_code: str | None = None) -> int:
    """How many files wait: not landed yet, or landed and not read."""
    with connect("loader") as connection:
        return sum(
            sum(files) + strays
            for kind in KINDS
            for code in _regions_with(kind, region_code)
            for files, strays in [_count_waiting(connection, _everything(connection, code, kind))]
        )


def names_outside_regions() -> list[str]:
    """Names in the inbox that are no region's folder; what lies there is landed as the first region's."""
    first = next(iter(load_regions().values()))
    return outside_regions(channel_for(first.region_code, next(iter(first.kinds))))


def _pull_chunk(
    connection: Connection, channel: Channel, region_code: str, chunk: list[Candidate]
) -> PullSummary:
    seen_before = awaited(connection, channel.name, [candidate.remote.source_uri for candidate in chunk])
    connection.commit()  # no transaction stays open while files are fetched
    arrivals: list[Arrival] = []
    failures: list[Failure] = []
    not_fetched: list[Seen] = []
    still_written = 0
    with landing.Intake() as intake:
        for candidate in chunk:
            try:
                arrival = _fetch(channel, intake, region_code, candidate)
                seen = seen_before.get(arrival.source_uri)
                if seen and (seen.size, seen.modified_at) == (arrival.size, arrival.modified_at):
                    arrival = replace(arrival, not_before=seen.not_before)
                arrivals.append(arrival)
            except FileChangedError as error:
                still_written += 1
                logger.info("%s", error)
            except (ChannelError, OSError) as error:
                if isinstance(error, OSError) and error.errno in _HOUSE_ERRORS:
                    raise
                remote = candidate.remote
                failures.append(Failure(remote.source_uri, str(error)))
                not_fetched.append(
                    Seen(remote.source_uri, remote.size, remote.modified_at, candidate.not_before)
                )
                logger.error("%s was not fetched: %s", candidate.remote.source_uri, error)
    await_files(connection, channel.name, not_fetched)
    forget_awaited(connection, channel.name, [arrival.source_uri for arrival in arrivals])
    recorded = record_arrivals(connection, channel.name, arrivals)
    connection.commit()
    loaded = read_and_load(connection, recorded.submissions)
    return PullSummary(
        landed=len(recorded.submissions),
        unchanged=recorded.unchanged,
        still_written=still_written,
        loaded=loaded,
        failures=tuple(failures),
    )


def _fetch(channel: Channel, intake: landing.Intake, region_code: str, candidate: Candidate) -> Arrival:
    remote = candidate.remote
    with channel.open(remote) as stream:
        blob = intake.store(stream)
    if blob.size != remote.size:
        raise FileChangedError(
            f"{remote.source_uri!r} was listed with {remote.size} bytes and gave {blob.size}"
        )
    return Arrival(
        region_code=region_code,
        source_uri=remote.source_uri,
        file_name=remote.file_name,
        sender_ogrn=candidate.sender_ogrn,
        sha256=blob.sha256,
        size=blob.size,
        modified_at=remote.modified_at,
        stamped_at=remote.stamped_at,
        not_before=candidate.not_before,
    )


def _count_waiting(connection: Connection, listing: Listing) -> tuple[list[int], int]:
    """Files that wait, by bucket, and in nobody's folder."""
    shard = listing.shard
    files = [0] * BUCKETS
    strays = 0
    owners = {source.ogrn for source in sources(connection, shard)}
    for _, ogrn in waiting_ids(connection, shard.region_code):
        if ogrn is None:
            strays += shard.with_strays
        elif ogrn in owners:
            files[bucket_of(ogrn)] += 1
    for candidate in listing.unknown():
        if candidate.sender_ogrn is None:
            strays += 1
        else:
            files[bucket_of(candidate.sender_ogrn)] += 1
    return files, strays


def _everything(connection: Connection, region_code: str, kind: Kind) -> Listing:
    """A look at all that organisations of a kind have sent in a region."""
    return Listing(
        connection,
        channel_for(region_code, kind),
        Shard(kind, region_code, tuple(range(BUCKETS)), kind == KIND_WITH_STRAYS),
    )


def _require_registry(connection: Connection, region_code: str) -> None:
    """Without a registry every file would seem to be nobody's."""
    if next(all_sources(connection, region_code), None) is None:
        raise RegistryError(
            f"no organisations of {region_code!r} are known: put its registry into "
            f"{get_settings().registry_dir / region_code} and load it before pulling"
        )


def _belongs(shard: Shard, ogrn: str | None) -> bool:
    return shard.with_strays if ogrn is None else bucket_of(ogrn) in shard.buckets


def _regions_with(kind: Kind, region_code: str | None) -> list[str]:
    regions = [region(region_code)] if region_code else list(load_regions().values())
    return [configured.region_code for configured in regions if kind in configured.kinds]


def _chunked(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
