"""The ledger and the raw rows of a release in another database: what its marts are built from anew.

Registry, obligations, decisions and closings come from the state that was kept with the release. Receipts,
submissions, findings and raw rows are never changed by what comes later, so they come from the ledger itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from psycopg import Connection, sql

from ingest.ledger.snapshots import Snapshot

# Of what was received by the moment of the release, in the order in which one needs the other.
_BY_THEN: Mapping[str, str] = {
    "blob": "sha256 in (select sha256 from ledger.receipt where received_at <= {as_of})",
    "receipt": "received_at <= {as_of}",
    "submission": "received_at <= {as_of}",
    "cell_map": "submission_id in (select submission_id from ledger.submission where received_at <= {as_of})",
}
_OF_SUBMISSION = "submission_id in (select submission_id from ledger.submission where received_at <= {as_of})"


def copy_state(source: Connection[Any], target: Connection[Any], snapshot: Snapshot, as_of: datetime) -> None:
    """Fill the empty tables of `target`, in its transaction, with what a release was made from.

    `source` reads the ledger and the raw tables; both databases have the tables of the present contracts.
    """
    for table in ("region", "registry_version", "organisation", "organisation_version", "obligation"):
        snapshot.copy_into(target, table)
    for table, condition in _BY_THEN.items():
        _copy(source, target, ("ledger", table), condition, as_of)
    copy_decisions(target, snapshot)
    for table in ("period_closing", "closed_period", "period_exception", "excepted_period"):
        snapshot.copy_into(target, table)
    # dbt's own findings follow from the build.
    _copy(source, target, ("ledger", "finding"), f"source <> 'dbt' and {_OF_SUBMISSION}", as_of)
    _settle(target)
    for (table,) in source.execute(
        "select tablename from pg_tables where schemaname = 'raw' order by 1"
    ).fetchall():
        _copy(source, target, ("raw", str(table)), _OF_SUBMISSION, as_of)


def copy_decisions(target: Connection[Any], snapshot: Snapshot) -> None:
    """Write the decisions of a kept state on submissions that are there.

    A state holds all decisions of its time, also on what was received after the moment that the marts are
    as of.
    """
    target.execute("create temporary table kept_decision (like ledger.decision including defaults)")
    snapshot.copy_into(target, "decision", sql.Identifier("kept_decision"))
    target.execute(
        "insert into ledger.decision select d.* from kept_decision as d"
        " where exists (select 1 from ledger.submission as s where s.submission_id = d.submission_id)"
    )
    target.execute("drop table kept_decision")


def _settle(target: Connection[Any]) -> None:
    """Findings belong to the decision that was in force then; what was received later is not there."""
    target.execute(
        "update ledger.finding as f set ruleset_version = d.ruleset_version from ledger.decision as d"
        " where d.submission_id = f.submission_id and f.source = 'reader'"
    )
    target.execute(
        "create temporary table undecided as select s.submission_id from ledger.submission as s"
        " where not exists (select 1 from ledger.decision as d where d.submission_id = s.submission_id)"
    )
    for table in ("finding", "cell_map", "submission"):
        target.execute(
            sql.SQL("delete from {} where submission_id in (select submission_id from undecided)").format(
                sql.Identifier("ledger", table)
            )
        )
    target.execute("update ledger.submission set state = 'decided' where state <> 'decided'")


def _copy(
    source: Connection[Any],
    target: Connection[Any],
    table: tuple[str, str],
    condition: str,
    as_of: datetime,
) -> None:
    name = sql.Identifier(*table)
    columns = sql.SQL(", ").join(
        sql.Identifier(str(row[0]))
        for row in source.execute(
            "select column_name from information_schema.columns"
            " where table_schema = %s and table_name = %s order by ordinal_position",
            table,
        ).fetchall()
    )
    chosen = sql.SQL(condition).format(as_of=sql.Literal(as_of))  # type: ignore[arg-type]
    out = sql.SQL("copy (select {} from {} where {}) to stdout").format(columns, name, chosen)
    into = sql.SQL("copy {} ({}) from stdin").format(name, columns)
    with source.cursor().copy(out) as reading, target.cursor().copy(into) as writing:
        for block in reading:
            writing.write(block)
