"""Logins and databases: what belongs to the whole server and must be there before the first migration."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from psycopg import Connection, sql

from warehouse.connection import (
    AIRFLOW_DATABASE,
    AIRFLOW_LOGIN,
    DATABASE,
    ROLES,
    connect,
    login_of,
    password_of,
)
from warehouse.embedded import EmbeddedPostgres
from warehouse.settings import get_settings

# One number for all who migrate.
ADVISORY_LOCK = 7_462_051


@contextmanager
def locked_server() -> Iterator[Connection]:
    """A connection of the owner that holds the lock for changing logins, databases and schemas.

    Logins and grants on databases belong to the server as a whole, and PostgreSQL refuses two sessions that
    change one of them at once ("tuple concurrently updated"). The lock goes with the connection.
    """
    with connect("owner", database=_maintenance_database()) as connection:
        connection.autocommit = True  # CREATE DATABASE refuses a transaction
        connection.execute("select pg_advisory_lock(%s)", [ADVISORY_LOCK])
        yield connection


def ensure_logins_and_databases(connection: Connection) -> None:
    """Create the roles' logins and set their passwords; in the embedded server create both databases too.

    In a database of somebody else's the owner needs CREATEROLE, and Airflow's database is not ours to create.
    """
    settings = get_settings()
    if settings.is_embedded:
        EmbeddedPostgres(settings).complete_credentials()
    for role in ROLES:
        if role != "owner":
            _ensure_login(connection, login_of(role), password_of(role))
    if settings.database_name is not None:
        _ensure_database(connection, settings.database_name, login_of("owner"))
    if settings.is_embedded:
        passwords = EmbeddedPostgres(settings).credentials().passwords
        _ensure_login(connection, AIRFLOW_LOGIN, passwords[AIRFLOW_LOGIN])
        _ensure_database(connection, DATABASE, login_of("owner"))
        _ensure_database(connection, AIRFLOW_DATABASE, AIRFLOW_LOGIN)


def drop_database(name: str) -> None:
    """Remove a database that was made beside the one in use, whoever is connected to it; absent is well."""
    with locked_server() as server:
        server.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _maintenance_database() -> str | None:
    """A database to connect to for making others: that of the URL on a server of somebody else's."""
    address = get_settings().database_url
    if address is None:
        return "postgres"
    return urlsplit(address.get_secret_value()).path.removeprefix("/")


def _ensure_login(connection: Connection, login: str, password: str) -> None:
    row = connection.execute("select 1 from pg_roles where rolname = %s", [login]).fetchone()
    if row is None:
        connection.execute(sql.SQL("create role {} login").format(sql.Identifier(login)))
    # The verifier is made here, so that no password ever stands in the server's log.
    verifier = connection.pgconn.encrypt_password(
        password.encode(), login.encode(), b"scram-sha-256"
    ).decode()
    connection.execute(
        sql.SQL("alter role {} with login password {}").format(sql.Identifier(login), sql.Literal(verifier))
    )


def _ensure_database(connection: Connection, name: str, owner: str) -> None:
    """Encoding and locale come from template0, which initdb made with the builtin locale."""
    if connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone() is None:
        connection.execute(
            sql.SQL("create database {} owner {} template template0").format(
                sql.Identifier(name), sql.Identifier(owner)
            )
        )
    connection.execute(
        sql.SQL("revoke connect, temporary on database {} from public").format(sql.Identifier(name))
    )
