"""`orientir rating`: why a place is what it is."""

from __future__ import annotations

from dataclasses import asdict

import click

from orientir.commands import options


@click.group()
def rating() -> None:
    """Explain a place in a rating; list ratings."""


@rating.command()
@click.option(
    "--rating",
    "kind",
    type=click.Choice(["school", "municipality", "employment_center", "spo_college"]),
    required=True,
    help="Which rating.",
)
@click.option("--period", required=True, metavar="YEAR", help="School year, for example 2025-2026.")
@click.option(
    "--unit",
    required=True,
    metavar="CODE",
    help="OGRN of a school, centre or college, OKTMO code that a municipality has or had.",
)
@options.as_json
def explain(kind: str, period: str, unit: str, as_json: bool) -> None:
    """Say in Russian why a unit has its place and what would move it.

    Score by directions and indicators, what a percentage point costs, how far the next place is, last year's
    place, the place under other ways to compute it, or why there is none.

    \b
    orientir rating explain --rating school --period 2025-2026 --unit 1027400000000
    orientir rating explain --rating municipality --period 2025-2026 --unit 75701000
    orientir rating explain --rating employment_center --period 2025-2026 --unit 1027400000001
    """
    from orientir import steps
    from orientir.rating import explain as read
    from orientir.rating_words import explanation_lines

    options.open_database()
    explained = read(kind, steps.school_year(period), unit)
    if as_json:
        options.print_json(asdict(explained))
        return
    for line in explanation_lines(explained):
        click.echo(line)


@rating.command("list")
@options.as_json
def list_ratings(as_json: bool) -> None:
    """List the ratings that the marts hold: kind, region, period, methodology, how many have a place."""
    from orientir.rating import published

    options.open_database()
    ratings = published()
    if as_json:
        options.print_json([asdict(each) for each in ratings])
        return
    for each in ratings:
        click.echo(
            f"{each.unit_type:17} {each.region_code:12} {each.school_year}  {each.methodology_code}  "
            f"{each.ranked} of {each.units} have a place"
        )


COMMANDS = {"rating": rating}
