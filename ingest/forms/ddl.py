"""Raw tables from contracts: created and widened, never narrowed or dropped.

``orientir db migrate`` calls :func:`migrate_raw`, so that a new form or field needs no migration by hand.
"""

from __future__ import annotations

import hashlib
from typing import Any, Literal

import psycopg
from psycopg import sql

from ingest.forms.catalogue import CONTRACTS_DIR, all_contracts, check_contracts
from ingest.forms.contract import FormContract, Section

RAW_SCHEMA = "raw"
_MADE_FROM = "Rows as they were submitted. Tables made from the contracts with SHA-256 "

# A column may become any type to the right of its own; it never goes back.
_WIDER: dict[str, tuple[str, ...]] = {
    "integer": ("bigint", "numeric", "text"),
    "bigint": ("numeric", "text"),
    "numeric": ("text",),
    "date": ("text",),
    "boolean": ("text",),
    "text": (),
}
_GRANTS: tuple[tuple[str, Literal["SELECT", "SELECT, INSERT, DELETE"]], ...] = (
    ("orientir_loader", "SELECT, INSERT, DELETE"),
    ("orientir_transformer", "SELECT"),
    ("orientir_auditor", "SELECT"),
)


def raw_ddl(contract: FormContract) -> list[sql.Composed]:
    """Statements that create the form's raw tables, with Russian comments; safe to run again."""
    statements: list[sql.Composed] = []
    for section in contract.sections:
        columns = [
            sql.SQL("{} {}").format(sql.Identifier(f.name), sql.SQL(_type(f.physical_type)))
            for f in section.raw_fields
        ]
        statements.append(
            sql.SQL(
                "create table if not exists {} (submission_id uuid not null, row_no integer not null, {}, "
                "notes jsonb, primary key (submission_id, row_no))"
            ).format(_table(section), sql.SQL(", ").join(columns))
        )
    return statements


def apply(connection: psycopg.Connection[Any]) -> list[str]:
    """Creates missing raw tables, adds missing columns, widens types, sets comments and grants.

    Returns what was changed in existing tables, one line each. Commits nothing: the caller does.
    """
    changes: list[str] = []
    for contract in all_contracts():
        for statement in raw_ddl(contract):
            connection.execute(statement)
        for section in contract.sections:
            changes += _widen(connection, section)
            _comment(connection, contract, section)
            _grant(connection, section)
    return changes


def migrate_raw() -> list[str]:
    """Checks the contracts and brings the raw schema of the configured warehouse up to them.

    Contracts from which the tables were made before have been checked then: that takes seconds.
    """
    from warehouse.connection import connect

    with connect("owner") as connection:
        made_from = _made_from(connection)
        wanted = _contracts_sha256()
        if made_from != wanted:
            check_contracts()
        changes = apply(connection)
        if made_from != wanted:
            connection.execute(
                sql.SQL("comment on schema {} is {}").format(
                    sql.Identifier(RAW_SCHEMA), sql.Literal(_MADE_FROM + wanted)
                )
            )
        connection.commit()
    return changes


def _made_from(connection: psycopg.Connection[Any]) -> str | None:
    row = connection.execute(
        "select obj_description(oid, 'pg_namespace') from pg_namespace where nspname = %s", [RAW_SCHEMA]
    ).fetchone()
    return row[0].removeprefix(_MADE_FROM) if row and row[0] else None


def _contracts_sha256() -> str:
    digest = hashlib.sha256()
    for path in sorted(CONTRACTS_DIR.glob("*.yaml")):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _widen(connection: psycopg.Connection[Any], section: Section) -> list[str]:
    present: dict[str, str] = dict(
        connection.execute(
            "select column_name, data_type from information_schema.columns "
            "where table_schema = %s and table_name = %s",
            (RAW_SCHEMA, section.table),
        ).fetchall()
    )
    changes = []
    for field in section.raw_fields:
        kind = sql.SQL(_type(field.physical_type))
        if field.name not in present:
            connection.execute(
                sql.SQL("alter table {} add column {} {}").format(
                    _table(section), sql.Identifier(field.name), kind
                )
            )
            changes.append(f"{RAW_SCHEMA}.{section.table}: column {field.name} {field.physical_type} added")
        elif field.physical_type in _WIDER[present[field.name]]:
            connection.execute(
                sql.SQL("alter table {} alter column {} type {} using {}::{}").format(
                    _table(section), sql.Identifier(field.name), kind, sql.Identifier(field.name), kind
                )
            )
            changes.append(
                f"{RAW_SCHEMA}.{section.table}: column {field.name} widened "
                f"from {present[field.name]} to {field.physical_type}"
            )
        elif (
            present[field.name] != field.physical_type
            and present[field.name] not in _WIDER[field.physical_type]
        ):
            raise ValueError(
                f"{RAW_SCHEMA}.{section.table}.{field.name} is {present[field.name]} in the database and "
                f"{field.physical_type} in the contract: neither is wider. Give the field another name."
            )
    return changes


def _comment(connection: psycopg.Connection[Any], contract: FormContract, section: Section) -> None:
    title = f"{contract.code} «{contract.title}», раздел «{section.title}»"
    connection.execute(sql.SQL("comment on table {} is {}").format(_table(section), sql.Literal(title)))
    for field in section.raw_fields:
        text = field.title if field.unit is None else f"{field.title}, {field.unit}"
        connection.execute(
            sql.SQL("comment on column {}.{} is {}").format(
                _table(section), sql.Identifier(field.name), sql.Literal(text)
            )
        )


def _grant(connection: psycopg.Connection[Any], section: Section) -> None:
    rows = connection.execute(
        "select rolname from pg_roles where rolname = any(%s)", ([role for role, _ in _GRANTS],)
    ).fetchall()
    present = {row[0] for row in rows}
    for role, rights in _GRANTS:
        if role in present:
            connection.execute(
                sql.SQL("grant {} on {} to {}").format(sql.SQL(rights), _table(section), sql.Identifier(role))
            )


def _table(section: Section) -> sql.Identifier:
    return sql.Identifier(RAW_SCHEMA, section.table)


def _type(physical_type: str) -> Literal["integer", "bigint", "numeric", "text", "date", "boolean"]:
    match physical_type:
        case "integer" | "bigint" | "numeric" | "text" | "date" | "boolean":
            return physical_type
    raise ValueError(f"unknown physical type {physical_type!r}")
