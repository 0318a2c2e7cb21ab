"""Bringing the database to the state that this version of the code needs."""

from pathlib import Path

from warehouse.connection import engine, uri
from warehouse.databases import ADVISORY_LOCK, ensure_logins_and_databases
from warehouse.embedded import ensure_running
from warehouse.grants import apply_grants

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate() -> str:
    """Start the embedded server if need be, create logins, databases and schemas, upgrade, grant.

    Everything in our database happens in one transaction under an advisory lock, so that a killed or a
    second, simultaneous migration does no harm. Returns the revision the database is at.
    Regions, organisations and raw tables follow from configuration of another room: ``ingest`` writes them.
    """
    import alembic.command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from sqlalchemy import text

    ensure_running()
    ensure_logins_and_databases()
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with engine("owner").begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, "head")
        driver_connection = connection.connection.driver_connection
        if driver_connection is None:
            raise RuntimeError(f"SQLAlchemy gave no connection of psycopg for {uri('owner')}")
        apply_grants(driver_connection)
        revision = MigrationContext.configure(
            connection, opts={"version_table_schema": "public"}
        ).get_current_revision()
    return str(revision)
