"""`orientir doctor`."""

from __future__ import annotations

from dataclasses import asdict

import click

from orientir.commands import options
from orientir.failures import INFRASTRUCTURE


@click.command()
@options.as_json
def doctor(as_json: bool) -> None:
    """Check this machine and this installation.

    Looks and changes nothing. Exit code 3 if something is in the way.
    """
    from orientir.clock import adopt_demo_clock
    from orientir.doctor import examine

    adopt_demo_clock()
    checks = examine()
    if as_json:
        options.print_json([asdict(check) for check in checks])
    else:
        for check in checks:
            click.echo(f"{'ok ' if check.holds else 'NO '} {check.name:20} {check.text}")
    if not all(check.holds for check in checks):
        raise SystemExit(INFRASTRUCTURE)


COMMANDS = {"doctor": doctor}
