"""`orientir demo`: the synthetic region."""

from __future__ import annotations

from dataclasses import asdict

import click

from orientir.commands import options
from orientir.failures import DATA_FAILED


@click.group()
def demo() -> None:
    """Write the demo region; compare marts with its answer key."""


@demo.command()
@click.option("--seed", type=int, default=2026, show_default=True, help="Another seed draws another region.")
@click.option(
    "--scale",
    type=click.FloatRange(min=0.0, min_open=True),
    default=1.0,
    show_default=True,
    help="Size: 1 is about 310 organisations.",
)
@options.as_json
def generate(seed: int, scale: float, as_json: bool) -> None:
    """Write inbox and registry under var/, and fix today to the demo's day."""
    from orientir.demo_region import ensure_demo
    from warehouse.settings import get_settings

    settings = get_settings()
    summary = ensure_demo(settings, scale, seed)
    if as_json:
        options.print_json(asdict(summary))
        return
    options.say(f"{summary.files} files " + ("written" if summary.is_new else "are there already"))
    click.echo(settings.inbox_dir)


@demo.command("answer-key")
@options.as_json
def answer_key(as_json: bool) -> None:
    """Draw the region again, compute what marts and findings must hold, and compare. Exit code 1 on any
    difference.
    """
    from demo.comparison import compare
    from warehouse.settings import get_settings

    options.open_database()
    comparison = compare(get_settings())
    if as_json:
        options.print_json(asdict(comparison))
    else:
        for difference in comparison.differences:
            click.echo(difference)
        options.say(str(comparison))
    if comparison.differences:
        raise SystemExit(DATA_FAILED)


COMMANDS = {"demo": demo}
