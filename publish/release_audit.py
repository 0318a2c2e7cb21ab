"""Whether the ledger still says of every release what it said when the release was made.

The log is chained by hashes and its events hold one hash over the files of each release: rows of releases
that were changed later are found by it, whoever changed them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import psycopg

from publish.packages import PackagedFile, digest_of


@dataclass(frozen=True)
class AlteredRelease:
    """A release whose rows are not those that the log tells of, and what is wrong with them."""

    release_id: str
    reason: str


@dataclass(frozen=True)
class ReleaseAudit:
    """How many releases and drafts were held against the log, and which do not agree with it."""

    releases: int
    altered: tuple[AlteredRelease, ...]


# Every release with what the log tells of it: the fingerprint and the hashes of its files.
_TOLD = """
select
    coalesce(r.release_id, e.subject), r.fingerprint, r.final_files,
    e.payload ->> 'fingerprint', e.payload ->> 'files_sha256', e.payload ->> 'final_files_sha256'
from ledger.release as r
full join (
    select subject, payload from ledger.event where kind in ('release.created', 'release.drafted')
) as e on e.subject = r.release_id
order by 1
"""


def audit_releases(connection: psycopg.Connection[Any]) -> ReleaseAudit:
    """Hold releases, drafts and the hashes of their files against the log, as the auditor.

    The log itself is verified by ``ingest.ledger.events.verify_chain``.
    """
    recorded = _recorded_files(connection)
    told = connection.execute(_TOLD).fetchall()
    altered = []
    for release_id, fingerprint, final_files, told_fingerprint, *told_files in told:
        final = [PackagedFile(**file) for file in final_files or ()]
        held = [digest_of(recorded.get(release_id, ())), digest_of(final) if final else None]
        if fingerprint is None:
            altered.append(AlteredRelease(release_id, "the log tells of it, but it is not in ledger.release"))
        elif told_fingerprint is None:
            altered.append(AlteredRelease(release_id, "the log does not tell of it"))
        elif fingerprint != told_fingerprint:
            altered.append(AlteredRelease(release_id, "its fingerprint was changed"))
        # Releases made before the log told of their files have nothing to be held against.
        elif told_files[0] is not None and held != told_files:
            altered.append(AlteredRelease(release_id, "names or hashes of its files were changed"))
    return ReleaseAudit(len(told), tuple(altered))


def _recorded_files(connection: psycopg.Connection[Any]) -> dict[str, list[PackagedFile]]:
    rows: Iterable[tuple[str, str, str, int]] = connection.execute(
        "select release_id, file_name, sha256, size_bytes from ledger.release_file order by release_id"
    ).fetchall()
    return {
        release_id: [PackagedFile(*row[1:]) for row in group]
        for release_id, group in groupby(rows, key=lambda row: row[0])
    }
