"""Emptying the tables that tests fill, quickly: most of them are empty after most tests."""

from __future__ import annotations

from psycopg import sql

from warehouse.connection import connect

SCHEMAS = ("ledger", "raw", "pii")


def empty_tables() -> None:
    """Empty every table of ``ledger``, ``raw`` and ``pii``, the log that refuses to be emptied too."""
    with connect("owner") as connection:
        named = connection.execute(
            "select schemaname, tablename from pg_tables where schemaname = any(%s) order by 1, 2",
            [list(SCHEMAS)],
        ).fetchall()
        asked = sql.SQL(" union all ").join(
            sql.SQL("select {}, {} where exists (select from {})").format(
                sql.Literal(schema), sql.Literal(table), sql.Identifier(schema, table)
            )
            for schema, table in named
        )
        filled = connection.execute(asked).fetchall()
        # As a replica, a superuser runs no triggers.
        connection.execute("set local session_replication_role = replica")
        for schema, table in filled:
            connection.execute(sql.SQL("delete from {}").format(sql.Identifier(schema, table)))
