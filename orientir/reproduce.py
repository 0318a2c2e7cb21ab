"""Making a release again from the ledger, in a database of its own, and comparing every byte.

The marts, the release's own files and dbt's state in use are not touched.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orientir.failures import DataError, InfrastructureError
from warehouse.settings import get_settings

if TYPE_CHECKING:
    from psycopg import Connection

    from publish.release_register import ReleaseRecord
    from publish.reproduction import Reproduction

DATABASE = "orientir_reproduce"
Say = Callable[[str], None]


def reproduce(record: ReleaseRecord, say: Say, *, keep: bool = False) -> Reproduction:
    """Rebuild a release as of its moment and compare its files with what was released.

    With `keep`, the rebuilt files stay under `var/reproduced`. Raises DataError for what cannot be rebuilt,
    InfrastructureError when another rebuilding is at work.
    """
    import psycopg

    from publish.reproduction import REBUILT, Reproduction, compare
    from publish.versions import present
    from warehouse.connection import connect

    if record.kind not in REBUILT or record.snapshot_sha256 is None:
        raise DataError(
            f"{record.release_id} cannot be rebuilt",
            hint=f"rebuilt are {', '.join(sorted(REBUILT))}, from the release on whose state was kept",
        )
    work = get_settings().var_dir / "reproduced"
    folder = work / record.release_id
    with _alone(work), connect("auditor") as source:
        versions = tuple(record.versions.differences(present(source, record.period_code)))
        for name in versions:
            say(f"{name} has another version now than when the release was made")
        shutil.rmtree(folder, ignore_errors=True)
        try:
            with _another_database(work):
                _rebuild(record, source, folder, say)
        except psycopg.errors.InsufficientPrivilege as error:
            raise InfrastructureError(
                f"the database {DATABASE} cannot be made: {error}",
                hint="the owner of the database needs CREATEDB to rebuild releases",
            ) from error
        files = compare(record, folder)
        if not keep:
            shutil.rmtree(folder)
    return Reproduction(record.release_id, versions, files, str(folder) if keep else None)


def _rebuild(record: ReleaseRecord, source: Connection[Any], folder: Path, say: Say) -> None:
    from expectations.dbt_findings import collect_rule_findings
    from ingest.forms.ddl import migrate_raw
    from ingest.ledger.rebuilding import copy_state
    from ingest.ledger.snapshots import Snapshot
    from publish.reproduction import write_again
    from warehouse.connection import connect
    from warehouse.dbt import run_dbt
    from warehouse.migrate import migrate

    say(f"copying the ledger as of {record.as_of.isoformat()} into the database {DATABASE}")
    migrate()
    migrate_raw()
    snapshot = Snapshot.read(source, str(record.snapshot_sha256))
    with connect("owner") as target:
        copy_state(source, target, snapshot, record.as_of)
        target.commit()
        target.autocommit = True
        target.execute("analyze")
    say("building the marts there")
    # What the release reads, and the rules whose findings it counts; their checks passed when it was made.
    chosen = ["--select", f"+exposure:{record.kind}", "+rule_findings"]
    unchecked = ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]
    run_dbt(["build", *chosen, *unchecked, "--no-write-json"], record.as_of.isoformat())
    collect_rule_findings()
    say("writing the release again")
    write_again(record, folder)


@contextmanager
def _alone(work: Path) -> Iterator[None]:
    work.mkdir(parents=True, exist_ok=True)
    with (work / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InfrastructureError(
                "another release is being rebuilt", hint="wait for it to end"
            ) from error
        yield


@contextmanager
def _another_database(work: Path) -> Iterator[None]:
    """Work on an empty database, with dbt's state apart, until the block ends; then it is dropped."""
    from warehouse.databases import drop_database

    drop_database(DATABASE)
    apart = {"ORIENTIR_DATABASE_NAME": DATABASE, "ORIENTIR_DBT_DIR": str(work / "dbt")}
    before = {name: os.environ.get(name) for name in apart}
    os.environ.update(apart)
    get_settings.cache_clear()
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        get_settings.cache_clear()
        drop_database(DATABASE)
