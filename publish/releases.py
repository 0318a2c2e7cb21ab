"""The ledger's record of what left the house or waits for leave: files with their hashes, and one event."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psycopg

from ingest.ledger import snapshots
from ingest.ledger.events import Event, EventKind, append
from publish import versions
from publish.manifest import Release
from publish.packages import PackagedFile, digest_of
from warehouse import clock
from warehouse.connection import connect
from warehouse.settings import get_settings

# Made from the marts of one region and period: the state that they followed from is kept with them.
REBUILDABLE = frozenset({"annual_reference", "extract"})


def record_release(
    release: Release, path: Path, files: list[PackagedFile], final_files: Sequence[PackagedFile] = ()
) -> bool:
    """Write the release and its files to the ledger; false when the ledger already holds it.

    `path` is kept relative to the data folder (`ORIENTIR_VAR_DIR`) where it lies below it. `final_files` are
    what a draft becomes when it is approved.
    All rows and the event are one transaction: a release is in the ledger whole or not at all.
    Raises psycopg.errors.RaiseException when an annual reference was not approved.
    """
    if is_recorded(release):
        return False
    created_at = clock.now()
    made_by, counting = _read_marts(release)
    with connect("loader") as connection:
        snapshot = None
        if release.kind in REBUILDABLE:
            snapshot = snapshots.take(connection, counting, created_at)
        inserted = connection.execute(
            """
            insert into ledger.release
                (release_id, kind, region_code, period_code, as_of, fingerprint, path, created_at, stage,
                approves, final_files, methodology_version, ruleset_version, contracts_version, code_version,
                build_fingerprint, snapshot_sha256)
            values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
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
                release.stage,
                release.approves,
                json.dumps([asdict(file) for file in final_files]) if final_files else None,
                made_by.methodology,
                made_by.ruleset,
                made_by.contracts,
                made_by.code,
                _build_fingerprint(connection),
                snapshot,
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
        payload = {
            "kind": release.kind,
            "fingerprint": release.fingerprint,
            "files": len(files),
            # The log is chained: with this in it, a file that is recorded otherwise later on is found.
            "files_sha256": digest_of(files),
        }
        if final_files:
            payload["final_files_sha256"] = digest_of(final_files)
        kind: EventKind = "release.drafted" if release.stage == "draft" else "release.created"
        append(connection, [Event(kind, release.release_id, payload)], at=created_at)
        connection.commit()
    return True


def is_recorded(release: Release) -> bool:
    """Whether the ledger holds this release already."""
    with connect("loader") as connection:
        found = connection.execute(
            "select 1 from ledger.release where release_id = %s", [release.release_id]
        ).fetchone()
    return found is not None


def _read_marts(release: Release) -> tuple[versions.Versions, list[str]]:
    """By what it was made, and the submissions that count in the marts it was made from."""
    with connect("auditor") as connection:
        made_by = versions.present(connection, release.period_code if release.kind in REBUILDABLE else None)
        if release.kind not in REBUILDABLE:
            return made_by, []
        rows = connection.execute(
            "select submission_id::text from marts.fct_submission where is_counting"
        ).fetchall()
    return made_by, [row[0] for row in rows]


def _build_fingerprint(connection: psycopg.Connection[Any]) -> str | None:
    row = connection.execute(
        "select fingerprint from ledger.build where outcome = 'success' order by started_at desc limit 1"
    ).fetchone()
    return None if row is None else str(row[0])


def _place(path: Path) -> str:
    base = get_settings().var_dir
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else str(path)


def place_of(path: str) -> Path:
    """Where a recorded path lies."""
    return get_settings().var_dir / path
