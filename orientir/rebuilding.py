"""The marts of releases as they were, built anew from the ledger in a database of its own.

The marts, the releases' own files and dbt's state in use are not touched. What the block does with the
warehouse, it does with that database.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orientir.failures import DataError, InfrastructureError
from warehouse.dbt_manifest import PARSE
from warehouse.settings import get_settings

if TYPE_CHECKING:
    from psycopg import Connection

    from publish.release_register import ReleaseRecord

DATABASE = "orientir_reproduce"
PUBLIC = "tag:layer_public"
# What is withheld from public marts follows from these (`publish.disclosure.sources`).
WITHHELD_BY = (
    "rating_municipality",
    "rating_contribution",
    "int_event__by_municipality",
    "int_state_service__by_region",
    "int_indicator__unit",
    "fct_inclusion",
)
# What a tree of a figure is read from.
TRACED = tuple(
    f"+{model}"
    for model in (
        "fct_indicator_value", "rating_contribution", "fct_submission", "dim_indicator", "dim_organisation",
        "dim_municipality", "dim_region", "dim_period",
    )
)  # fmt: skip
Say = Callable[[str], None]


def is_of_marts_in_use(record: ReleaseRecord) -> bool:
    """Whether the marts in use are those that a release was made from: nothing has to be rebuilt then."""
    from orientir.build import current
    from publish.versions import present
    from warehouse.connection import connect

    built = current()
    if not built or built["fingerprint"] != record.build_fingerprint:
        return False
    with connect("auditor") as connection:
        return not record.versions.differences(present(connection, record.period_code))


@contextmanager
def marts_of(
    records: Sequence[ReleaseRecord], say: Say, models: Sequence[str] | None = None
) -> Iterator[None]:
    """Work on the marts of releases that share one state, until the block ends.

    `models` are dbt's selectors of what is needed; by default whatever the releases read. Raises DataError
    for releases that cannot be rebuilt, or not together, InfrastructureError when another rebuilding is at
    work or the database cannot be made.
    """
    import psycopg

    from warehouse.connection import connect

    record = _of_one_state(records)
    chosen = list(models) if models is not None else read_by(records)
    # What dbt has parsed for the marts in use.
    parsed = get_settings().dbt_dir / PARSE
    with _alone(workplace()), connect("auditor") as source:
        try:
            with _another_database(workplace()):
                _build(records, source, chosen, say, parsed)
                yield
        except psycopg.errors.InsufficientPrivilege as error:
            raise InfrastructureError(
                f"the database {DATABASE} cannot be made for {record.release_id}: {error}",
                hint="the owner of the database needs CREATEDB to rebuild releases",
            ) from error


def workplace() -> Path:
    """The folder in which releases are rebuilt."""
    return get_settings().var_dir / "reproduced"


def _of_one_state(records: Sequence[ReleaseRecord]) -> ReleaseRecord:
    from publish.reproduction import REBUILT

    for record in records:
        if record.kind not in REBUILT or record.snapshot_sha256 is None:
            raise DataError(
                f"{record.release_id} cannot be rebuilt",
                hint=f"rebuilt are {', '.join(sorted(REBUILT))}, from the release on whose state was kept",
            )
    if len({(record.snapshot_sha256, record.as_of) for record in records}) > 1:
        raise DataError(
            "these releases were not made from one state",
            hint="`orientir release show` prints the state and the moment; rebuild them one by one",
        )
    return records[0]


def read_by(records: Sequence[ReleaseRecord]) -> list[str]:
    """What the releases read, and the rules whose findings they count; checks passed when they were made."""
    from publish.extract.contracts import load_recipients

    chosen = []
    if any(record.kind == "annual_reference" for record in records):
        chosen += ["+exposure:annual_reference", "+rule_findings"]
    extracts = [record for record in records if record.kind == "extract"]
    if extracts:
        known = load_recipients()
        public = {dataset.model for one in extracts for dataset in known[one.recipient or ""].datasets}
        chosen += [f"+{model}" for model in (*sorted(public), *WITHHELD_BY)]
    return chosen


def _build(
    records: Sequence[ReleaseRecord], source: Connection[Any], chosen: Sequence[str], say: Say, parsed: Path
) -> None:
    from expectations.dbt_findings import collect_rule_findings
    from ingest.forms.ddl import migrate_raw
    from ingest.ledger.rebuilding import copy_state
    from ingest.ledger.snapshots import Snapshot
    from publish.disclosure.decide import restore_decisions, statements_of
    from warehouse.connection import connect
    from warehouse.dbt import run_dbt
    from warehouse.dbt_manifest import for_another_database
    from warehouse.migrate import migrate

    as_of = records[0].as_of
    say(f"copying the ledger as of {as_of.isoformat()} into the database {DATABASE}")
    migrate()
    migrate_raw()
    snapshot = Snapshot.read(source, str(records[0].snapshot_sha256))
    with connect("owner") as target:
        copy_state(source, target, snapshot, as_of)
        target.commit()
        target.autocommit = True
        target.execute("analyze")
    say("building the marts there")

    def dbt(*args: str) -> None:
        manifest = for_another_database(parsed, get_settings().project_dir / "dbt_project", DATABASE)
        run_dbt([*args, "--no-write-json"], as_of.isoformat(), manifest=manifest)

    unchecked = ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]
    dbt("build", "--select", *chosen, "--exclude", PUBLIC, *unchecked)
    if "+rule_findings" in chosen:
        collect_rule_findings()
    extracts = [record.release_id for record in records if record.kind == "extract"]
    public = [name.removeprefix("+") for name in chosen if name.endswith("_public")]
    if public and extracts:
        restore_decisions(statements_of(source, extracts))
        dbt("run", "--select", *public)


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
