"""`orientir db`: the database itself."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import click

from orientir.commands import options
from orientir.failures import InfrastructureError

ROLES = ("owner", "loader", "transformer", "analyst", "auditor", "ministry", "registrar", "approver")
role_option = click.option(
    "--role",
    type=click.Choice(ROLES),
    default="analyst",
    show_default=True,
    help="Whose rights to use: analyst reads marts, auditor also the ledger, ministry public_marts only.",
)


@click.group()
def db() -> None:
    """Start, stop, migrate and reach the database.

    The embedded PostgreSQL lies under var/; with ORIENTIR_DATABASE_URL there is none to start or stop.
    """


@db.command()
@role_option
def uri(role: str) -> None:
    """Print the address for psql and other clients, password included.

    Starts the embedded server if it is down:  psql "$(orientir db uri)"
    """
    from warehouse import connection

    options.open_database()
    click.echo(connection.uri(next(known for known in connection.ROLES if known == role)))


@db.command()
@role_option
@click.argument("arguments", nargs=-1)
def psql(role: str, arguments: tuple[str, ...]) -> None:
    """Open psql, that of the embedded server or the machine's. ARGUMENTS after -- go to psql."""
    from warehouse import connection
    from warehouse.binaries import find_binaries
    from warehouse.settings import get_settings

    options.open_database()
    settings = get_settings()
    program = shutil.which("psql")
    if settings.is_embedded:
        own = Path(find_binaries(settings.pg_bin).program("psql"))
        program = str(own) if own.exists() else program
    if program is None:
        raise InfrastructureError(
            "psql is not installed", hint="any client can use the address of `orientir db uri`"
        )
    address = connection.uri(next(known for known in connection.ROLES if known == role))
    os.execv(program, [program, address, *arguments])


@db.command()
def start() -> None:
    """Start the embedded PostgreSQL and leave it running."""
    from warehouse.embedded import ensure_running
    from warehouse.settings import get_settings

    _require_embedded()
    ensure_running()
    options.say(f"PostgreSQL is up, its data are in {get_settings().pg_dir}")


@db.command()
def stop() -> None:
    """Stop the embedded PostgreSQL, and nothing that was not started here."""
    from warehouse.embedded import EmbeddedPostgres
    from warehouse.settings import get_settings

    _require_embedded()
    options.say(
        "PostgreSQL is down" if EmbeddedPostgres(get_settings()).stop() else "PostgreSQL was not running"
    )


@db.command()
def migrate() -> None:
    """Create or widen schemas, roles and raw tables. Nothing is narrowed or dropped."""
    from orientir import steps

    steps.prepare_database()
    options.say("database schemas are up to date")


def _require_embedded() -> None:
    from warehouse.settings import get_settings

    if not get_settings().is_embedded:
        raise InfrastructureError("ORIENTIR_DATABASE_URL names a server that is not ours to start or stop")


COMMANDS = {"db": db}
