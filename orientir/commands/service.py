"""`orientir up`, `down`, `clean`: Airflow left running, stopped, and everything removed."""

from __future__ import annotations

import shutil

import click

from orientir.commands import options


@click.command()
def up() -> None:
    """Start Airflow with its pages and leave it running.

    Prints the address and the login. Starts the embedded PostgreSQL too. `orientir down` stops what was
    started.
    """
    from orientir import service

    address = service.start(options.say)
    click.echo(f"Airflow:  {address.url}\nlogin:    {address.user}\npassword: {address.password}")
    for name, password in address.approvers.items():
        click.echo(f"approver: {name}\npassword: {password}")


@click.command()
def down() -> None:
    """Stop what `orientir up` has started, and nothing else."""
    from orientir import service

    stopped = service.stop()
    options.say(f"stopped: {', '.join(stopped)}" if stopped else "nothing was running")


@click.command()
@click.confirmation_option(prompt="Remove the database, the landing store and everything published?")
def clean() -> None:
    """Stop everything and remove all that was made: the database and the folder var/."""
    from orientir import service
    from warehouse.embedded import EmbeddedPostgres
    from warehouse.settings import get_settings

    settings = get_settings()
    service.stop()
    if settings.is_embedded:
        EmbeddedPostgres(settings).destroy()
    if settings.var_dir.exists():
        shutil.rmtree(settings.var_dir)
    options.say(f"{settings.var_dir} is gone")


COMMANDS = {"up": up, "down": down, "clean": clean}
