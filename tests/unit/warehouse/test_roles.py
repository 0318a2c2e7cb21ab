"""Least privilege, shown by trying what must fail."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from warehouse.connection import ROLES, Role, airflow_metadata_uri, connect, uri
from warehouse.grants import DBT_SCHEMAS
from warehouse.settings import Settings

SUBMISSION = "00000000-0000-0000-0000-000000000001"


@pytest.fixture(scope="module")
def marts(warehouse_db: Settings) -> Iterator[Settings]:
    """Tables such as dbt leaves behind: created by the transformer after the grants were given."""
    tables = [sql.Identifier(schema, "made_by_dbt") for schema in DBT_SCHEMAS]
    with connect("transformer") as connection:
        for table in tables:
            connection.execute(sql.SQL("create table {} as select 1 as n").format(table))
    with connect("owner") as connection:
        connection.execute("create table raw.made_later (submission_id uuid, row_no integer)")
    yield warehouse_db
    with connect("owner") as connection:
        for table in [*tables, sql.Identifier("raw", "made_later")]:
            connection.execute(sql.SQL("drop table {}").format(table))


def attempt(role: Role, statement: str) -> str:
    """'ok', 'refused', or the error's name; nothing is kept."""
    with connect(role) as connection:
        try:
            connection.execute(statement)  # type: ignore[arg-type]
        except InsufficientPrivilege:
            return "refused"
        except psycopg.Error as error:
            return type(error).__name__
        finally:
            connection.rollback()
    return "ok"


READABLE: dict[Role, set[str]] = {
    "loader": {"ledger", "raw", "intermediate", "reference"},
    "transformer": {"ledger", "raw", "reference", "staging", "intermediate", "marts", "public_marts"},
    "analyst": {"reference", "marts", "public_marts"},
    "auditor": {"ledger", "raw", "reference", "intermediate", "marts", "public_marts"},
    "ministry": {"public_marts"},
    "registrar": {"pii"},
    "approver": set(),
}
TABLES = {
    "ledger": "ledger.submission",
    "raw": "raw.made_later",
    "pii": "pii.responsible_specialist",
    "reference": "reference.made_by_dbt",
    "staging": "staging.made_by_dbt",
    "intermediate": "intermediate.made_by_dbt",
    "marts": "marts.made_by_dbt",
    "public_marts": "public_marts.made_by_dbt",
}


@pytest.mark.parametrize("role", READABLE)
def test_each_role_reads_its_schemas_and_no_other(marts: Settings, role: Role) -> None:
    seen = {
        schema for schema, table in TABLES.items() if attempt(role, f"select count(*) from {table}") == "ok"
    }
    # count(*) needs one readable column; of the personal table the loader has one, the key
    assert seen - ({"pii"} if role == "loader" else set()) == READABLE[role]


@pytest.mark.parametrize("role", [role for role in READABLE if role != "loader"])
def test_only_the_loader_writes_what_arrived(marts: Settings, role: Role) -> None:
    assert attempt(role, f"insert into raw.made_later values ('{SUBMISSION}', 1)") == "refused"
    assert attempt(role, "insert into ledger.region values ('x', 'x', 'UTC')") == "refused"
    assert attempt(role, "update ledger.submission set state = 'decided'") == "refused"
    assert attempt(role, "delete from ledger.finding") == "refused"


@pytest.mark.parametrize("role", [role for role in READABLE if role != "transformer"])
@pytest.mark.parametrize("schema", ["reference", "marts", "public_marts"])
def test_only_the_transformer_makes_marts(marts: Settings, role: Role, schema: str) -> None:
    assert attempt(role, f"create table {schema}.mine (n integer)") == "refused"
    assert attempt(role, f"insert into {schema}.made_by_dbt values (2)") == "refused"


def test_the_loader_adds_and_does_not_rewrite_history(marts: Settings) -> None:
    event = "insert into ledger.event (at, kind, subject, payload) values (now(), 'x', 'y', '{}')"
    assert attempt("loader", event) == "ok"
    for statement in (
        "update ledger.event set kind = 'z'",
        "delete from ledger.event",
        "truncate ledger.event",
        "update ledger.receipt set received_at = now()",
        "delete from ledger.receipt",
        "delete from ledger.blob",
        "delete from ledger.decision",
        "alter table ledger.event disable trigger all",
        "drop table ledger.event",
        "create table ledger.mine (n integer)",
        "set session_replication_role = replica",
    ):
        assert attempt("loader", statement) == "refused", statement
    assert attempt("loader", "update ledger.decision set is_current = false") == "ok"


def test_the_loader_puts_personal_data_in_and_never_reads_them(marts: Settings) -> None:
    insert = f"insert into pii.responsible_specialist values ('{SUBMISSION}', '1', 'Иванова', '+7')"
    assert attempt("loader", insert) == "ok"
    assert attempt("loader", f"{insert} on conflict (submission_id) do nothing") == "ok"
    assert (
        attempt("loader", f"delete from pii.responsible_specialist where submission_id='{SUBMISSION}'")
        == "ok"
    )
    assert attempt("loader", "select full_name from pii.responsible_specialist") == "refused"
    assert attempt("loader", "select * from pii.responsible_specialist") == "refused"
    assert attempt("registrar", "select full_name, phone from pii.responsible_specialist") == "ok"
    assert attempt("registrar", insert) == "refused"


def test_the_transformer_stays_in_its_schemas(marts: Settings) -> None:
    assert attempt("transformer", "create table raw.mine (n integer)") == "refused"
    assert attempt("transformer", "create schema mine") == "refused"
    assert attempt("transformer", "create table public.mine (n integer)") == "refused"
    assert attempt("transformer", "create temporary table scratch as select 1 as n") == "ok"
    assert attempt("analyst", "create temporary table scratch as select 1 as n") == "refused"


@pytest.mark.parametrize("role", [role for role in ROLES if role != "owner"])
def test_no_role_is_more_than_a_login(marts: Settings, role: Role) -> None:
    with connect(role) as connection:
        row = connection.execute(
            "select rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls"
            " from pg_roles where rolname = current_user"
        ).fetchone()
    assert row == (False, False, False, False, False)
    assert attempt(role, "copy (select 1) to program 'true'") == "refused"
    assert attempt(role, "select pg_read_file('postgresql.conf')") == "refused"
    assert attempt(role, "set role orientir_owner") == "refused"


def test_airflow_and_the_warehouse_do_not_see_each_other(marts: Settings) -> None:
    metadata = airflow_metadata_uri().replace("postgresql+psycopg2", "postgresql")
    with psycopg.connect(metadata) as connection:
        connection.execute("create table if not exists public.dag_probe (n integer)")
        connection.rollback()
    with pytest.raises(psycopg.OperationalError, match='permission denied for database "orientir"'):
        psycopg.connect(metadata.rpartition("/")[0] + "/orientir")
    for role in READABLE:
        with pytest.raises(psycopg.OperationalError, match='permission denied for database "airflow"'):
            psycopg.connect(uri(role, database="airflow"))
