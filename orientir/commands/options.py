"""Options that several commands share, so that they are spelled and explained alike."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

KINDS = ("school", "employment_center", "spo_college", "municipal_authority")


def region(function: Command) -> Command:
    """--region: one region or all."""
    return click.option(
        "--region", default="all", show_default=True, metavar="CODE", help="Code of a region, or all."
    )(function)


def as_of(function: Command) -> Command:
    """--as-of: the moment as of which data count."""
    return click.option(
        "--as-of",
        metavar="MOMENT",
        help="Moment as of which data count, as 2026-07-20T09:00:00+05:00. Default: now, or the marts' own.",
    )(function)


def as_json(function: Command) -> Command:
    """--json: for scripts."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")(function)


def print_json(value: Any) -> None:
    """Print a value as JSON, Cyrillic as it is."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def moment(at: datetime) -> str:
    """A moment as people of the region read it: by their clock, with its offset."""
    from orientir.build import ZONE

    return at.astimezone(ZONE).isoformat(sep=" ", timespec="minutes")


def say(text: str) -> None:
    """Say what happens, on stderr."""
    click.echo(text, err=True)


def require_period(code: str | None) -> None:
    """Raises UnknownNameError when a code is no reporting period at all."""
    from ingest.periods import UnknownPeriodError, parse_period
    from orientir.steps import UnknownNameError

    try:
        if code is not None:
            parse_period(code)
    except UnknownPeriodError as error:
        raise UnknownNameError(str(error)) from error


def open_database() -> None:
    """Adopt the demo's day and have the database up, saying so when it had to be started."""
    from orientir.clock import adopt_demo_clock
    from warehouse.embedded import EmbeddedPostgres
    from warehouse.settings import get_settings

    adopt_demo_clock()
    settings = get_settings()
    if settings.is_embedded:
        server = EmbeddedPostgres(settings)
        if not server.is_ready():
            say("starting the embedded PostgreSQL; `orientir db stop` stops it")
            server.start()
