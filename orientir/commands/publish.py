"""`orientir publish`: what leaves the house."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from orientir.commands import options


@click.group()
def publish() -> None:
    """Write documents, extracts, portal and feedback.

    Everything comes from the marts as they were built last; what has not changed is not written again.
    """


def _print_paths(paths: list[str], as_json: bool) -> None:
    if as_json:
        options.print_json(paths)
    else:
        for path in paths:
            click.echo(path)


def _for_regions(region: str, write: Callable[[str], list[str]]) -> list[str]:
    from orientir import steps

    options.open_database()
    paths: list[str] = []
    for code in steps.regions(region):
        options.say(f"writing for {code}")
        paths += write(code)
    return paths


@publish.command()
@options.region
@click.option(
    "--school-year", metavar="YEAR", help="For example 2025-2026. Default: the last that has ended."
)
@options.as_of
@options.as_json
def reference(region: str, school_year: str | None, as_of: str | None, as_json: bool) -> None:
    """Write the draft of the annual analytic reference: DOCX, PDF and HTML, marked on every page.

    It becomes a release when somebody approves it, here (`orientir release approve`) or in Airflow.
    """
    _print_paths(_for_regions(region, lambda code: _draft(code, school_year, as_of)), as_json)


def _draft(region: str, school_year: str | None, as_of: str | None) -> list[str]:
    from orientir import steps

    drafted = steps.draft_reference(region, school_year, as_of)
    if drafted["is_released"]:
        options.say(f"{drafted['release_id']} is released already")
    else:
        options.say(
            f"{drafted['draft_id']} waits for approval:"
            f" orientir release approve {drafted['draft_id']} --as NAME"
        )
    return list(drafted["files"])


@publish.command()
@options.region
@click.option("--recipient", metavar="CODE", help="For example open_data. Default: every recipient.")
@click.option(
    "--period",
    metavar="PERIOD",
    help="For example 2026-06 or 2026-Q2. Default: the month and the quarter that have ended last.",
)
@click.option("--deliver/--no-deliver", default=True, help="Take the packages to their recipients.")
@click.option(
    "--even-withheld",
    is_flag=True,
    help="Also when every figure of people of its school year is withheld.",
)
@options.as_of
@options.as_json
def extract(
    region: str,
    recipient: str | None,
    period: str | None,
    *,
    deliver: bool,
    even_withheld: bool,
    as_of: str | None,
    as_json: bool,
) -> None:
    """Write and deliver extracts: CSV, XLSX, Parquet, datapackage.json, checksums, signature."""

    def write(code: str) -> list[str]:
        return _extracts(code, period, as_of, recipient, deliver=deliver, even_withheld=even_withheld)

    _print_paths(_for_regions(region, write), as_json)


def _extracts(
    region: str,
    period: str | None,
    as_of: str | None,
    recipient: str | None = None,
    *,
    deliver: bool = True,
    even_withheld: bool = False,
) -> list[str]:
    """Publish; what has not arrived is told to those who are told of failed tasks, too."""
    from orientir import steps
    from orientir.alerts import alert
    from orientir.failures import InfrastructureError

    try:
        published = steps.publish_extracts(
            region, period, as_of, recipient, deliver=deliver, even_withheld=even_withheld
        )
    except InfrastructureError as error:
        alert(f"region:{region}", "не доставлена выгрузка", str(error))
        raise
    for package in published:
        for file in package["mended"]:
            options.say(f"{file} had been damaged since it was delivered: put there again")
        if not package["is_released_now"]:
            again = "delivered now" if package["is_delivered_now"] else "nothing has changed since"
            options.say(f"{package['release_id']} for {package['recipient']} is released already: {again}")
    return [package["folder"] for package in published]


@publish.command()
@options.as_json
def portal(as_json: bool) -> None:
    """Write the portal: data quality, discipline, rejected submissions, dbt documentation."""
    from orientir import steps

    options.open_database()
    _print_paths(steps.publish_portal(), as_json)


@publish.command()
@options.as_json
def quality(as_json: bool) -> None:
    """Write the data-quality report alone."""
    from orientir import steps

    options.open_database()
    _print_paths(steps.publish_quality(), as_json)


@publish.command()
@options.as_json
def feedback(as_json: bool) -> None:
    """Write the protocols that tell organisations what was found in their submissions."""
    from orientir import steps
    from warehouse.settings import get_settings

    options.open_database()
    count = steps.publish_feedback()
    folder: Path = get_settings().feedback_dir
    if as_json:
        options.print_json({"written": count, "folder": str(folder)})
    else:
        options.say(f"{count} protocols written")
        click.echo(folder)


@publish.command("all")
@options.region
@options.as_json
def everything(region: str, as_json: bool) -> None:
    """Write all of these for the periods that have ended last."""
    from orientir import steps

    def both(code: str) -> list[str]:
        return [*_extracts(code, None, None), *_draft(code, None, None)]

    paths = _for_regions(region, both)
    options.say(f"{steps.publish_feedback()} protocols written")
    _print_paths([*paths, *steps.publish_portal()], as_json)


COMMANDS = {"publish": publish}
