"""Bringing the database to the state that this version of the code needs."""

from pathlib import Path
from typing import Any

from warehouse.connection import engine
from warehouse.databases import ensure_logins_and_databases, locked_server
from warehouse.embedded import ensure_running
from warehouse.grants import apply_grants

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate() -> str:
    """Start the embedded server if need be, create logins, databases and schemas, upgrade, grant.

    Everything in our database happens in one transaction, and migrations wait for each other, so that a
    killed or a simultaneous one does no harm. Returns the revision the database is at.
    Regions, organisations and raw tables follow from configuration of another room: ``ingest`` writes them.
    """
    import alembic.command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext

    ensure_running()
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with locked_server() as server:
        ensure_logins_and_databases(server)
        with engine("owner").begin() as connection:
            config.attributes["connection"] = connection
            alembic.command.upgrade(config, "head")
            driver_connection: Any = connection.connection.driver_connection
            apply_grants(driver_connection)
            context = MigrationContext.configure(connection, opts={"version_table_schema": "public"})
            return str(context.get_current_revision())
