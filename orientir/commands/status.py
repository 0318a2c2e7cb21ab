"""`orientir status`."""

from __future__ import annotations

from dataclasses import asdict

import click

from orientir.commands import options


@click.command()
@options.region
@options.as_json
def status(region: str, as_json: bool) -> None:
    """Show what was received, accepted, rejected, built, published."""
    from orientir import steps
    from orientir.status import print_status, read_status
    from warehouse.settings import get_settings

    options.open_database()
    chosen = None if region == steps.ALL_REGIONS else steps.regions(region)[0]
    found = read_status(chosen)
    if as_json:
        options.print_json(asdict(found))
    else:
        print_status(found, get_settings())


COMMANDS = {"status": status}
