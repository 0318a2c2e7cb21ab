"""The whole content of the ledger, the raw tables and the personal data, to compare two runs by."""

from __future__ import annotations

from psycopg import sql

from warehouse.connection import connect

# Moments of the machine's clock and the order of concurrent work: they differ between any two runs.
WALL_CLOCK = {"pulled_at", "stored_at", "loaded_at", "at", "event_no", "prev_hash", "hash"}


def dump() -> dict[str, list[tuple[str, ...]]]:
    """Every row of every table as text, in the order of the rows; without wall-clock columns."""
    content: dict[str, list[tuple[str, ...]]] = {}
    with connect("owner") as connection:
        tables = connection.execute(
            "select table_schema, table_name, array_agg(column_name::text order by ordinal_position)"
            " from information_schema.columns join information_schema.tables using (table_schema, table_name)"
            " where table_schema in ('ledger', 'raw', 'pii') and table_type = 'BASE TABLE'"
            " group by 1, 2 order by 1, 2"
        ).fetchall()
        for schema, table, columns in tables:
            kept = [name for name in columns if name not in WALL_CLOCK]
            rows = connection.execute(
                sql.SQL("select {} from {}").format(
                    sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in kept),
                    sql.Identifier(schema, table),
                )
            ).fetchall()
            content[f"{schema}.{table}"] = sorted(rows, key=lambda row: tuple(value or "" for value in row))
    return content
