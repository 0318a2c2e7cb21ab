"""Shards: how the organisations of a kind and region are divided among the tasks of one DAG run.

Every OGRN falls into one of fifty buckets by its hash, for ever; a shard is a set of buckets. How many
shards there are follows from the number of files that wait, so that a quiet day does not start fifty
processes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ingest.sources.regions import Kind

K = TypeVar("K", int, str)

BUCKETS = 50
MAX_SHARDS = 50
FILES_PER_SHARD = 300
# Files that lie in nobody's folder travel with one kind, so that exactly one DAG takes them.
KIND_WITH_STRAYS: Kind = "school"


@dataclass(frozen=True)
class Shard:
    """Some of the organisations of a kind in a region; ``files`` is how many waited when it was planned.
    Plain values only: ``dataclasses.asdict`` makes it an argument, ``Shard(**argument)`` brings it back.
    """

    kind: Kind
    region_code: str
    buckets: tuple[int, ...]
    with_strays: bool = False
    files: int = 0
    label: str = ""

    def __post_init__(self) -> None:
        # A shard handed to a task has been JSON in between, which knows no tuples.
        object.__setattr__(self, "buckets", tuple(self.buckets))


def bucket_of(ogrn: str) -> int:
    """The bucket of an organisation, 0..49: the same on every machine and in every run."""
    return int.from_bytes(hashlib.sha256(ogrn.encode()).digest()[:4], "big") % BUCKETS


def divide(
    kind: Kind, region_code: str, files_by_bucket: Sequence[int], strays: int, limit: int
) -> list[Shard]:
    """Shards over the buckets that have files, at most ``limit``, of about equal numbers of files."""
    waiting = [bucket for bucket, files in enumerate(files_by_bucket) if files]
    total = sum(files_by_bucket) + strays
    if not total:
        return []
    count = max(1, min(limit, MAX_SHARDS, len(waiting), -(-total // FILES_PER_SHARD)))
    loads = [strays, *[0] * (count - 1)]
    groups = spread({bucket: files_by_bucket[bucket] for bucket in waiting}, loads)
    return [
        Shard(
            kind,
            region_code,
            tuple(sorted(group)),
            bool(strays) and index == 0,
            load,
            f"{region_code} {index + 1}/{count}",
        )
        for index, (group, load) in enumerate(zip(groups, loads, strict=True))
        if group or load
    ]


def spread(work: Mapping[K, int], loads: list[int]) -> list[list[K]]:
    """Divide things with known work among as many groups as there are ``loads``, about equally.

    ``loads`` is the work that each group has already; what is divided is added to it.
    """
    groups: list[list[K]] = [[] for _ in loads]
    # The greatest first, each to the least loaded; ties by name and number, so that the plan is always the
    # same.
    for item in sorted(work, key=lambda name: (-work[name], name)):
        least = min(range(len(loads)), key=lambda number: (loads[number], number))
        groups[least].append(item)
        loads[least] += work[item]
    return groups
