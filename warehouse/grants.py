"""What each role may do in our database: the least that its work needs, granted anew by every migration.

Whatever a migration, a widened raw table or dbt creates later is covered by default privileges.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import Connection, sql

from warehouse.connection import ROLES, Role, login_of

DBT_SCHEMAS = ("reference", "staging", "intermediate", "marts", "public_marts")
OWNER_SCHEMAS = ("ledger", "raw", "pii")

READ = ("select",)
WRITE = ("select", "insert", "update", "delete")


@dataclass(frozen=True)
class Grant:
    """Privileges of a role on all tables of a schema, present and to come."""

    role: Role
    schema: str
    privileges: tuple[str, ...]


GRANTS = (
    Grant("loader", "ledger", WRITE),
    Grant("loader", "raw", WRITE),
    Grant("loader", "intermediate", READ),  # findings of dbt's rules go back to the ledger
    Grant("loader", "reference", READ),
    Grant("transformer", "ledger", READ),
    Grant("transformer", "raw", READ),
    Grant("analyst", "reference", READ),
    Grant("analyst", "marts", READ),
    Grant("analyst", "public_marts", READ),  # what others are told of the marts
    Grant("auditor", "ledger", READ),
    Grant("auditor", "raw", READ),
    Grant("auditor", "reference", READ),
    Grant("auditor", "intermediate", READ),  # the steps between a form's cell and a mart's number
    Grant("auditor", "marts", READ),
    Grant("auditor", "public_marts", READ),
    Grant("ministry", "public_marts", READ),
    Grant("registrar", "pii", READ),
)

# What arrived and what was decided stays as it was: the loader may add, not change.
# Approving is not its business at all: what it prepares, somebody else decides on.
LOADER_MAY_NOT = {
    "release_decision": ("insert", "update", "delete"),
    "delivery": ("update", "delete"),
    "period_closing": ("update", "delete"),
    "closed_period": ("update", "delete"),
    "period_exception": ("update", "delete"),
    "excepted_period": ("update", "delete"),
    "event": ("update", "delete"),
    "blob": ("update", "delete"),
    "receipt": ("update", "delete"),
    "decision": ("delete",),
}


def apply_grants(connection: Connection) -> None:
    """Create dbt's schemas and set the privileges of all roles, in the connection's transaction."""
    if not _is_superuser(connection):
        # The owner acts for the transformer below, so it has to be its member.
        connection.execute(
            sql.SQL("grant {} to current_user").format(sql.Identifier(login_of("transformer")))
        )
    for schema in DBT_SCHEMAS:
        connection.execute(
            sql.SQL("create schema if not exists {} authorization {}").format(
                sql.Identifier(schema), sql.Identifier(login_of("transformer"))
            )
        )
    _grant_database(connection)
    for grant in GRANTS:
        _grant_schema(connection, grant)
    for table, privileges in LOADER_MAY_NOT.items():
        connection.execute(
            sql.SQL("revoke {} on {} from {}").format(
                _keywords(privileges), sql.Identifier("ledger", table), _login("loader")
            )
        )
    _grant_personal_data(connection)
    _grant_approval(connection)


def _grant_database(connection: Connection) -> None:
    name = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("revoke all on database {} from public").format(name))
    connection.execute(sql.SQL("revoke create on schema public from public"))
    roles: Sequence[Role] = tuple(role for role in ROLES if role != "owner")
    for role in roles:
        connection.execute(sql.SQL("grant connect on database {} to {}").format(name, _login(role)))
    # COPY goes through temporary tables, and so do dbt's incremental models and snapshots.
    for role in ("loader", "transformer"):
        connection.execute(sql.SQL("grant temporary on database {} to {}").format(name, _login(role)))


def _grant_schema(connection: Connection, grant: Grant) -> None:
    schema, role, privileges = sql.Identifier(grant.schema), _login(grant.role), _keywords(grant.privileges)
    maker = sql.Identifier(login_of("transformer" if grant.schema in DBT_SCHEMAS else "owner"))
    connection.execute(sql.SQL("grant usage on schema {} to {}").format(schema, role))
    connection.execute(sql.SQL("grant {} on all tables in schema {} to {}").format(privileges, schema, role))
    connection.execute(
        sql.SQL("alter default privileges for role {} in schema {} grant {} on tables to {}").format(
            maker, schema, privileges, role
        )
    )


def _grant_personal_data(connection: Connection) -> None:
    """The loader puts names and phones in and can replace them, and never reads them back."""
    table = sql.Identifier("pii", "responsible_specialist")
    loader = _login("loader")
    connection.execute(sql.SQL("grant usage on schema pii to {}").format(loader))
    connection.execute(sql.SQL("grant insert, delete on {} to {}").format(table, loader))
    connection.execute(sql.SQL("grant select (submission_id) on {} to {}").format(table, loader))


def _grant_approval(connection: Connection) -> None:
    """The approver reads what waits for a decision, adds the decision and its event, and changes nothing."""
    approver = _login("approver")
    connection.execute(sql.SQL("grant usage on schema ledger to {}").format(approver))
    for table in ("release", "release_file", "release_decision", "event"):
        connection.execute(
            sql.SQL("grant select on {} to {}").format(sql.Identifier("ledger", table), approver)
        )
    for table in ("release_decision", "event"):
        connection.execute(
            sql.SQL("grant insert on {} to {}").format(sql.Identifier("ledger", table), approver)
        )


def _login(role: Role) -> sql.Identifier:
    return sql.Identifier(login_of(role))


def _keywords(privileges: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.SQL(privilege) for privilege in privileges)  # type: ignore[arg-type]


def _is_superuser(connection: Connection) -> bool:
    row = connection.execute("select rolsuper from pg_roles where rolname = current_user").fetchone()
    return row is not None and bool(row[0])
