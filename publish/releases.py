"""The ledger's record of what left the house: a release, its files with their hashes, and one event."""

from __future__ import annotations

from pathlib import Path

from ingest.ledger.events import Event, append
from publish.manifest import Release
from publish.packages import PackagedFile
from warehouse import clock
from warehouse.connection import connect
from warehouse.settings import get_settings


def record_release(release: Release, path: Path, files: list[PackagedFile]) -> bool:
    """Write the release and its files to the ledger; false when the ledger already holds it.

    `path` is kept relative to the data folder (`ORIENTIR_VAR_DIR`) where it lies below it.
    All rows and the event are one transaction: a release is in the ledger whole or not at all.
    """
    created_at = clock.now()
    with connect("loader") as connection:
        inserted = connection.execute(
            """
            insert into ledger.release
                (release_id, kind, region_code, period_code, as_of, fingerprint, path, created_at)
            values (%s, %s, %s, %s, %s, %s, %s, %s)
            on conflict (release_id) do nothing
            returning release_id
            """,
            (
                release.release_id,
                release.kind,
                release.region_code,
                release.period_code,
                release.as_of,
                release.fingerprint,
                _place(path),
                created_at,
            ),
        ).fetchone()
        if inserted is None:
            return False
        with connection.cursor() as cursor:
            cursor.executemany(
                "insert into ledger.release_file (release_id, file_name, sha256, size_bytes)"
                " values (%s, %s, %s, %s)",
                [(release.release_id, file.name, file.sha256, file.size_bytes) for file in files],
            )
        payload = {"kind": release.kind, "fingerprint": release.fingerprint, "files": len(files)}
        append(connection, [Event("release.created", release.release_id, payload)], at=created_at)
        connection.commit()
    return True


def _place(path: Path) -> str:
    base = get_settings().var_dir
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else str(path)
