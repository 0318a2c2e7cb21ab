"""What the tests of the demo region share: its size, its marts and what was released of it."""

from __future__ import annotations

from psycopg import sql

from orientir.trace_tree import Node
from publish.release_register import ReleaseRecord, find_release, list_releases
from warehouse.connection import connect

SCALE, FAULT_RATE = 0.1, 0.3
REGION, YEAR, QUARTER = "chelyabinsk", "2025-2026", "2026-Q2"
RECIPIENTS = ("education_ministry", "open_data")
# What is corrected is an extract of the other region, so that it is in nobody's way.
CORRECTED_REGION, CORRECTED_QUARTER = "tyumen", "2026-Q1"
UNCHECKED = ("--no-write-json", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
ACCEPTED = {"accepted", "accepted_with_warnings"}


def build_marts(scope: str) -> None:
    """Build all layers as a build of the house does, but for the tests of the models."""
    from publish.disclosure.decide import decide
    from warehouse.dbt import excluded, run_dbt

    run_dbt(["build", *UNCHECKED, "--exclude", *excluded(scope)], scope=scope)
    decide()
    run_dbt(["run", "--no-write-json", "--select", "tag:layer_public"], scope=scope)


def decide_otherwise(one_in: int) -> None:
    """Refuse some of what was accepted; where it was a correction, the revision before it counts again."""
    with connect("owner") as connection:
        connection.execute(
            "create table decided as select submission_id, outcome from ledger.decision"
            " where is_current and outcome like 'accepted%%' order by md5(submission_id::text)"
            " limit (select count(*) from ledger.decision) / %s",
            [one_in],
        )
        connection.execute(
            "update ledger.decision as d set outcome = 'rejected' from decided"
            " where decided.submission_id = d.submission_id"
        )


def decide_as_drawn() -> None:
    """The true decisions."""
    with connect("owner") as connection:
        connection.execute(
            "update ledger.decision as d set outcome = decided.outcome from decided"
            " where decided.submission_id = d.submission_id"
        )
        connection.execute("drop table decided")


def scalar(query: str, *values: object) -> object:
    with connect("auditor") as connection:
        row = connection.execute(query, values).fetchone()
    assert row is not None
    return row[0]


def rows_of_every_mart() -> dict[str, str]:
    """A digest of the rows of each table that somebody may read."""
    with connect("owner") as connection:
        tables = connection.execute(
            "select schemaname, tablename from pg_tables where schemaname in ('marts', 'public_marts')"
        ).fetchall()
        return {
            f"{schema}.{table}": str(
                connection.execute(
                    sql.SQL("select md5(string_agg(t::text, '/' order by t::text)) from {} as t").format(
                        sql.Identifier(schema, table)
                    )
                ).fetchone()
            )
            for schema, table in tables
        }


def releases_of(kind: str) -> list[ReleaseRecord]:
    with connect("auditor") as connection:
        listed = list_releases(connection, region=REGION, kind=kind, stage="released")
        return [find_release(connection, record.release_id) for record in listed]


def leaves(node: Node, kind: str) -> list[Node]:
    """The steps of a kind in a tree."""
    own = [node] if node.kind == kind else []
    return own + [found for child in node.children for found in leaves(child, kind)]
