"""Whether the files that the ledger speaks of still lie there with the bytes that it recorded."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from ingest.landing import LandingError, verify_blob
from publish.packages import PackagedFile, sha256_of
from publish.release_register import find_release, list_releases
from publish.releases import place_of

# Hashing leaves the interpreter to others; what is waited for is mostly the disk.
READERS = 4
# What to do about a file in the place of the release, and about one in a place that it was delivered to.
REMEDY = {
    True: "`orientir release restore` puts it back",
    False: "`orientir publish extract`, or `orientir release approve` once more, delivers it again",
}


@dataclass(frozen=True)
class DamagedFile:
    """A file that is gone or has other bytes than were recorded: what it belongs to, and what to do."""

    subject: str
    reason: str


@dataclass(frozen=True)
class FileAudit:
    """How many landed contents and released files were read, and which are not what they were."""

    landed: int
    released: int
    damaged: tuple[DamagedFile, ...]


def audit_files(connection: psycopg.Connection[Any]) -> FileAudit:
    """Read every landed content and every file of a release, and compare its SHA-256, as the auditor.

    Of releases that take each other's place, such as the references of a year, the newest lies there; of its
    deliveries those to a folder of this machine are read, too. A recipient's own server is looked at when the
    package is delivered again.
    """
    contents = [row[0] for row in connection.execute("select sha256 from ledger.blob order by 1")]
    with ThreadPoolExecutor(READERS) as readers:
        damaged = [found for found in readers.map(_landed, contents) if found is not None]
    released = 0
    newest = {record.path: record.release_id for record in list_releases(connection, stage="released")}
    for release_id in newest.values():
        record = find_release(connection, release_id)
        own = place_of(record.path)
        delivered = [Path(one.place) for one in record.deliveries if "://" not in one.place]
        for folder in [own, *delivered]:
            released += len(record.files)
            damaged += [
                DamagedFile(release_id, f"{folder / file.name} {found}; {REMEDY[folder == own]}")
                for file in record.files
                if (found := _difference(folder, file)) is not None
            ]
    return FileAudit(len(contents), released, tuple(damaged))


def _landed(sha256: str) -> DamagedFile | None:
    try:
        verify_blob(sha256)
    except LandingError as error:
        return DamagedFile(f"content {sha256}", str(error))
    return None


def _difference(folder: Path, file: PackagedFile) -> str | None:
    path = folder / file.name
    if not path.is_file():
        return "is gone"
    return None if sha256_of(path) == file.sha256 else "has other bytes than were released"
