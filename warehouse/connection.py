"""Who connects to the database, and how: passwords are in the embedded server's file or in the settings."""

from functools import lru_cache
from typing import TYPE_CHECKING, Literal, get_args
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import psycopg

from warehouse.credentials import HOST, SUPERUSER, CredentialsFile
from warehouse.errors import WarehouseError, WarehouseUnavailableError
from warehouse.settings import Settings, get_settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

Role = Literal["owner", "loader", "transformer", "analyst", "auditor", "ministry", "registrar", "approver"]
ROLES: tuple[Role, ...] = get_args(Role)

DATABASE = "orientir"
AIRFLOW_DATABASE = "airflow"
AIRFLOW_LOGIN = "orientir_airflow"
CONNECT_TIMEOUT_S = 10


def login_of(role: Role) -> str:
    """The database user of a role. The owner of a database of somebody else's is the user of its URL."""
    if role != "owner":
        return f"orientir_{role}"
    settings = get_settings()
    if settings.database_url is None:
        return SUPERUSER
    user = urlsplit(settings.database_url.get_secret_value()).username
    if user is None:
        raise WarehouseError("ORIENTIR_DATABASE_URL names no user: postgresql://user:password@host:5432/name")
    return unquote(user)


def uri(role: Role = "owner", driver: str | None = None, database: str | None = None) -> str:
    """The address of the database for a role, password included: for psql, or SQLAlchemy with a driver.

    ``driver`` is a SQLAlchemy driver such as ``psycopg``. Raises WarehouseError if the embedded server has
    never been set up, or if a password is not set.
    """
    settings = get_settings()
    if role not in ROLES:
        raise WarehouseError(f"There is no role {role!r}. Roles: {', '.join(ROLES)}.")
    scheme = "postgresql" if driver is None else f"postgresql+{driver}"
    database = database or settings.database_name
    if settings.database_url is None:
        return _embedded_uri(settings, scheme, login_of(role), database or DATABASE)
    address = urlsplit(settings.database_url.get_secret_value())
    netloc = address.netloc
    if role != "owner":
        place = address.netloc.rpartition("@")[2]
        netloc = f"{login_of(role)}:{quote(password_of(role), safe='')}@{place}"
    path = address.path if database is None else f"/{quote(database, safe='')}"
    return urlunsplit((scheme, netloc, path, address.query, ""))


def airflow_metadata_uri() -> str:
    """The address of Airflow's own database, for ``AIRFLOW__DATABASE__SQL_ALCHEMY_CONN``.

    Its user owns that database and may not connect to ours.
    """
    settings = get_settings()
    if settings.airflow_database_url is not None:
        return settings.airflow_database_url.get_secret_value()
    if settings.database_url is not None:
        raise WarehouseError(
            "ORIENTIR_DATABASE_URL is set, ORIENTIR_AIRFLOW_DATABASE_URL is not. Airflow needs a database of "
            "its own: give its address, as in postgresql+psycopg2://user:password@host:5432/airflow"
        )
    return _embedded_uri(settings, "postgresql+psycopg2", AIRFLOW_LOGIN, AIRFLOW_DATABASE)


def password_of(role: Role) -> str:
    """The password of a role other than the owner. Raises WarehouseError if it is not set."""
    settings = get_settings()
    if settings.database_url is None:
        return CredentialsFile(settings.pg_dir / "credentials.json").read().passwords[login_of(role)]
    secret = getattr(settings, f"{role}_password")
    if secret is None:
        raise WarehouseError(
            f"ORIENTIR_DATABASE_URL is set, but the password of orientir_{role} is not: set "
            f"ORIENTIR_{role.upper()}_PASSWORD or the secret file orientir_{role}_password."
        )
    return str(secret.get_secret_value())


def connect(role: Role = "loader", database: str | None = None) -> psycopg.Connection:
    """Open a connection; as a context manager it commits at the end, or rolls back on an error, and closes.

    Raises WarehouseUnavailableError if the server does not answer or refuses the role.
    """
    try:
        return psycopg.connect(
            uri(role, database=database),
            connect_timeout=CONNECT_TIMEOUT_S,
            application_name=f"orientir {role}",
        )
    except psycopg.OperationalError as error:
        if get_settings().is_embedded:
            advice = "`orientir db migrate` starts the embedded server and creates the roles."
        else:
            advice = "Check ORIENTIR_DATABASE_URL and the passwords; `orientir db migrate` creates the roles."
        raise WarehouseUnavailableError(f"No connection as {login_of(role)}: {error} {advice}") from error


def engine(role: Role = "analyst") -> "Engine":
    """A SQLAlchemy engine for a role. It keeps no idle connection, which a forked task must not share."""
    return _engine(uri(role, driver="psycopg"), f"orientir {role}")


@lru_cache(maxsize=32)
def _engine(address: str, application_name: str) -> "Engine":
    from sqlalchemy import NullPool, create_engine

    return create_engine(
        address,
        poolclass=NullPool,
        connect_args={"connect_timeout": CONNECT_TIMEOUT_S, "application_name": application_name},
    )


def _embedded_uri(settings: Settings, scheme: str, login: str, database: str) -> str:
    credentials = CredentialsFile(settings.pg_dir / "credentials.json").read()
    password = quote(credentials.passwords[login], safe="")
    return f"{scheme}://{login}:{password}@{HOST}:{credentials.port}/{database}"
