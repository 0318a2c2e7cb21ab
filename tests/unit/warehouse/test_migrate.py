"""Migrations: again, at once, from anywhere, and in a database of somebody else's."""

import multiprocessing
import os
from collections.abc import Callable, Iterator

import psycopg
import pytest
from alembic.script import ScriptDirectory

from warehouse.connection import connect, uri
from warehouse.embedded import EmbeddedPostgres
from warehouse.errors import WarehouseError
from warehouse.migrate import MIGRATIONS, migrate
from warehouse.settings import Settings, get_settings

HEAD = ScriptDirectory(str(MIGRATIONS)).get_current_head()
STATE = """
select table_schema || '.' || table_name || ':' || grantee || ':' || privilege_type
from information_schema.role_table_grants where table_schema in ('ledger', 'pii') order by 1
"""


def test_a_second_migration_changes_nothing(warehouse_db: Settings) -> None:
    with connect("owner") as connection:
        before = connection.execute(STATE).fetchall()
    assert migrate() == HEAD
    with connect("owner") as connection:
        assert connection.execute(STATE).fetchall() == before
    assert len(before) > 50


def migrate_from_the_root_folder(results: "multiprocessing.Queue[str]") -> None:
    os.chdir("/")  # the revisions are found from any folder
    results.put(migrate())


def test_migrations_at_once_wait_for_each_other(
    server_settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = server_settings("проект %d")
    monkeypatch.setenv("ORIENTIR_VAR_DIR", str(settings.var_dir))
    monkeypatch.setenv("ORIENTIR_PG_PORT", str(settings.pg_port))
    get_settings.cache_clear()
    context = multiprocessing.get_context("fork")
    results: multiprocessing.Queue[str] = context.Queue()
    workers = [context.Process(target=migrate_from_the_root_folder, args=(results,)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert [results.get(timeout=5) for _ in workers] == [HEAD] * 3
    with connect("analyst") as connection:
        assert connection.execute("select count(*) from pg_database").fetchone() == (5,)
    monkeypatch.undo()
    get_settings.cache_clear()


PASSWORDS = {
    f"ORIENTIR_{role}_PASSWORD": f"pass/word@{role}"
    for role in ("LOADER", "TRANSFORMER", "ANALYST", "AUDITOR", "MINISTRY", "REGISTRAR", "APPROVER")
}


@pytest.fixture
def foreign_server(
    server_settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """A server that is not ours to start, with an owner who may create roles and is no superuser."""
    server = EmbeddedPostgres(server_settings())
    server.start()
    credentials = server.credentials()
    admin = (
        f"postgresql://orientir_owner:{credentials.passwords['orientir_owner']}@127.0.0.1:{credentials.port}"
    )
    with psycopg.connect(f"{admin}/postgres", autocommit=True) as connection:
        connection.execute("create role ministry_dba login createrole password 'p@ss'")
        connection.execute("create database warehouse owner ministry_dba")
    monkeypatch.setenv(
        "ORIENTIR_DATABASE_URL",
        f"postgresql://ministry_dba:p%40ss@127.0.0.1:{credentials.port}/warehouse?sslmode=disable",
    )
    get_settings.cache_clear()
    yield admin
    monkeypatch.undo()
    get_settings.cache_clear()


def test_a_database_of_somebody_elses(foreign_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(WarehouseError, match="ORIENTIR_LOADER_PASSWORD"):
        migrate()
    for name, value in PASSWORDS.items():
        monkeypatch.setenv(name, value)
    get_settings.cache_clear()

    assert migrate() == HEAD
    assert migrate() == HEAD
    with connect("transformer") as connection:
        connection.execute("create table marts.rating as select 1 as n")
    with connect("analyst") as connection:
        assert connection.execute("select n from marts.rating").fetchone() == (1,)
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        connect("ministry") as connection,
    ):
        connection.execute("select n from marts.rating")
    with psycopg.connect(f"{foreign_server}/postgres") as connection:
        names = {row[0] for row in connection.execute("select datname from pg_database")}
    assert "airflow" not in names, "Airflow's database is not ours to create there"
    assert uri("loader", driver="psycopg").endswith("/warehouse?sslmode=disable")
