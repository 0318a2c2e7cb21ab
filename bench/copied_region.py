"""A region as large as wanted: a small demo region, read and checked, then copied inside the database.

What a build of the warehouse costs depends on rows and not on files, and reading the files of 45,000
organisations takes hours. So a hundred organisations come the whole way, and SQL writes all that was
received from them again for every copy of an organisation and every earlier school year: under another
ОГРН, with other ids and earlier days, and in earlier years with a little fewer people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg
from psycopg import sql

BASE_SCALE = 0.32
SCHOOL_YEAR = "2025-2026"
# An ОГРН of the demo begins with 199; each copy has another number of three digits there.
FIRST_COPY, LAST_COPY = 200, 999

Connection = psycopg.Connection[Any]

# Tables of the ledger that are copied, each after those it refers to, and which of their rows are.
KEPT: dict[str, LiteralString] = {
    "organisation": "true",
    "organisation_version": "true",
    "obligation": "period_code = any(%(periods)s)",
    "blob": "sha256 in (select sha256 from kept)",
    "receipt": "receipt_id in (select receipt_id from kept)",
    "submission": "submission_id in (select submission_id from kept)",
    "decision": "submission_id in (select submission_id from kept)",
    "finding": "submission_id in (select submission_id from kept)",
}
WITHOUT_PERIOD = frozenset({"organisation", "organisation_version"})

# What stands in a column of a copy: copy_no and years_ago say which copy it is.
NEW_ID: LiteralString = "md5({column}::text || copy_no || '-' || years_ago)::uuid"
BY_NAME: dict[str, LiteralString] = {
    "submission_id": NEW_ID,
    "receipt_id": NEW_ID,
    "finding_id": NEW_ID,
    "sha256": "md5({column} || copy_no || '-' || years_ago) || md5({column} || copy_no || '.' || years_ago)",
    "period_code": (
        "(left({column}, 4)::integer - years_ago) || case when length({column}) = 9"
        " then '-' || (right({column}, 4)::integer - years_ago) else substr({column}, 5) end"
    ),
}
BY_TYPE: dict[str, LiteralString] = {
    "date": "({column} - make_interval(years => years_ago))::date",
    "timestamp with time zone": "{column} - make_interval(years => years_ago)",
}


@dataclass(frozen=True)
class Region:
    """What was made."""

    organisations: int
    school_years: int
    submissions: int
    raw_rows: int


def make_region(organisations: int, school_years: int) -> Region:
    """Fill an empty warehouse with as many organisations, as near as whole copies allow.

    Raises ValueError for more organisations than there are numbers for copies.
    """
    from warehouse.connection import uri

    base = _read_demo()
    copies = max(1, round(organisations / base))
    if copies > LAST_COPY - FIRST_COPY + 1:
        raise ValueError(
            f"{organisations} organisations: {LAST_COPY - FIRST_COPY + 1} copies of {base} at most"
        )
    with psycopg.connect(uri("owner")) as connection:
        tables = [("ledger", table) for table in KEPT] + [("raw", table) for table in _raw_tables(connection)]
        _take_aside(connection, tables)
        rows = {}
        for schema, table in tables:
            years = 1 if table in WITHOUT_PERIOD else school_years
            rows[table] = _write_copies(connection, schema, table, copies, years)
        connection.commit()
        connection.autocommit = True
        connection.execute("vacuum analyze")
    return Region(
        rows["organisation"],
        school_years,
        rows["submission"],
        sum(rows[table] for schema, table in tables if schema == "raw"),
    )


def _read_demo() -> int:
    """Generate, pull and check the small region; the number of its organisations."""
    from demo.generate import generate
    from demo.organisations import KINDS
    from orientir import steps
    from warehouse.settings import get_settings

    summary = generate(get_settings(), scale=BASE_SCALE)
    for kind in KINDS:
        for shard in steps.plan_pull(kind, "all"):
            steps.pull_shard(shard)
    for form in steps.forms_to_validate(None):
        steps.validate_form(form)
    return sum(summary.organisations.values())


def _raw_tables(connection: Connection) -> list[str]:
    rows = connection.execute("select tablename from pg_tables where schemaname = 'raw' order by 1")
    return [row[0] for row in rows]


def _take_aside(connection: Connection, tables: list[tuple[str, str]]) -> None:
    """Move what concerns the copied school year into temporary tables, out of the tables themselves."""
    from ingest.periods import parse_period

    codes = [row[0] for row in connection.execute("select distinct period_code from ledger.obligation")]
    kept = {"periods": [code for code in codes if parse_period(code).school_year == SCHOOL_YEAR]}
    connection.execute(
        "create temporary table kept as select submission_id, receipt_id, sha256 from ledger.submission"
        " where ogrn is not null and period_code = any(%(periods)s)",
        kept,
    )
    for schema, table in tables:
        condition = KEPT.get(table, KEPT["submission"])
        connection.execute(
            sql.SQL("create temporary table {} as select * from {} where " + condition).format(
                sql.Identifier(f"base_{table}"), sql.Identifier(schema, table)
            ),
            kept,
        )
    names = sql.SQL(", ").join(sql.Identifier(schema, table) for schema, table in tables)
    connection.execute(sql.SQL("truncate {} cascade").format(names))


def _write_copies(connection: Connection, schema: str, table: str, copies: int, years: int) -> int:
    columns = connection.execute(
        "select column_name, data_type from information_schema.columns"
        " where table_schema = %s and table_name = %s order by ordinal_position",
        [schema, table],
    ).fetchall()
    values = [_value(schema, name, kind) for name, kind in columns]
    statement = sql.SQL(
        "insert into {table} ({columns}) select {values}"
        " from generate_series({first}, {last}) as copies (copy_no)"
        " cross join generate_series(0, {years}) as earlier (years_ago)"
        " cross join {base} as base"
    ).format(
        table=sql.Identifier(schema, table),
        columns=sql.SQL(", ").join(sql.Identifier(name) for name, _ in columns),
        values=sql.SQL(", ").join(values),
        first=sql.Literal(FIRST_COPY),
        last=sql.Literal(FIRST_COPY + copies - 1),
        years=sql.Literal(years - 1),
        base=sql.Identifier(f"base_{table}"),
    )
    return connection.execute(statement).rowcount


def _value(schema: str, name: str, kind: str) -> sql.Composed:
    return sql.SQL(_expression(schema, name, kind)).format(column=sql.Identifier("base", name))


def _expression(schema: str, name: str, kind: str) -> LiteralString:
    if name.endswith("ogrn"):
        return "copy_no || substr({column}, 4)"
    if schema == "raw" and kind == "integer" and name != "row_no":
        # Counts shrink by one a year; grades and months are smaller than 20.
        return "{column} - case when {column} >= 20 then years_ago else 0 end"
    return BY_NAME.get(name) or BY_TYPE.get(kind) or "{column}"


def hold_back(one_in: int) -> int:
    """Take the decision from one in so many accepted submissions of the newest year; how many."""
    from warehouse.connection import connect

    with connect("owner") as connection:
        connection.execute("create table if not exists ledger.held_back (submission_id uuid)")
        changed = connection.execute(
            "insert into ledger.held_back select submission_id from ledger.submission"
            " inner join ledger.decision using (submission_id)"
            " where is_current and outcome like 'accepted%%'"
            " and received_at > (select max(received_at) - interval '1 year' from ledger.submission)"
            " order by md5(submission_id::text) limit (select count(*) from ledger.submission) / %s",
            [one_in],
        )
        _count(connection, is_current=False)
        connection.commit()
    return changed.rowcount


def give_back() -> None:
    """The submissions that were held back are decided."""
    from warehouse.connection import connect

    with connect("owner") as connection:
        _count(connection, is_current=True)
        connection.commit()


def _count(connection: Connection, *, is_current: bool) -> None:
    connection.execute(
        "update ledger.decision set is_current = %s"
        " where submission_id in (select submission_id from ledger.held_back)",
        [is_current],
    )
