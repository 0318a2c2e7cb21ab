"""`orientir trace`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from orientir.commands import options
from orientir.failures import DATA_FAILED, USAGE, CommandError

if TYPE_CHECKING:
    from decimal import Decimal

    from orientir.figure_trace import Asked
    from orientir.trace import UnitTrace, UnitValue
    from orientir.trace_tree import Node
    from publish.touched import Touched


class NothingAskedError(CommandError):
    """No figure, indicator or submission was named."""

    exit_code = USAGE


@click.command()
@click.argument("indicator", required=False)
@click.argument("unit", required=False)
@click.option(
    "--school-year", metavar="YEAR", help="For example 2025-2026. Default: the last that has ended."
)
@click.option(
    "--cells",
    is_flag=True,
    help="Follow every organisation of a municipality, region or rating to its cells.",
)
@click.option(
    "--full", is_flag=True, help="Print every organisation and report of a large tree; --json always does."
)
@click.option("--release", "release", metavar="RELEASE", help="A figure as it was released.")
@click.option(
    "--place",
    metavar="TEXT",
    help="Of a release: «Таблица 3, строка 2, столбец 4», «Раздел 6.1, абзац 2, число 2», «Рисунок 2, …».",
)
@click.option("--mart", metavar="MART", help="For example rating_school.")
@click.option("--unit", "of_unit", metavar="CODE", help="OGRN, OKTMO code or region of the figure.")
@click.option("--period", metavar="PERIOD", help="School year or period of the figure.")
@click.option("--column", metavar="NAME", help="Column of the mart, for example score.")
@click.option("--where", multiple=True, metavar="NAME=VALUE", help="More of the row's key; may be repeated.")
@click.option(
    "--submission",
    metavar="ID",
    help="The other way: every published figure it entered. The beginning of an id will do.",
)
@options.as_json
def trace(
    indicator: str | None,
    unit: str | None,
    *,
    school_year: str | None,
    cells: bool,
    full: bool,
    release: str | None,
    place: str | None,
    mart: str | None,
    of_unit: str | None,
    period: str | None,
    column: str | None,
    where: tuple[str, ...],
    submission: str | None,
    as_json: bool,
) -> None:
    """Follow a figure back to its cells, or a submission to the figures it entered.

    INDICATOR is its code, such as 3.1; UNIT an OGRN, an OKTMO code that a municipality has or had, or a
    region's code.
    Every cell is read again from the file as it was received. Exit code 1 if one does not agree with the
    database, or if what a figure is made of does not make it. With --release, the marts are those of the
    release: rebuilt in a database of their own when the present ones are others.

    \b
    orientir trace 3.1 chelyabinsk
    orientir trace 3.1 1027400000000 --school-year 2024-2025
    orientir trace --mart rating_school --unit 1027400000000 --period 2025-2026 --column score
    orientir trace --mart measure_execution_year --period 2025-2026 --where measure_code=Ч1.1 --column events
    orientir trace --release b07c44 --place "Таблица 3, строка 2, столбец 4"
    orientir trace --release 3f2a91 --mart rating_municipality --unit 75701000 --column score
    orientir trace --submission 0198c1d2-...
    """
    from orientir.figure_trace import Asked

    options.open_database()
    if submission is not None:
        _show_touched(submission, as_json=as_json)
    elif release is not None or mart is not None:
        asked = Asked(place, mart, of_unit, period, column, _pairs(where))
        _show_figure(asked, release, cells=cells, full=full, as_json=as_json)
    elif indicator is not None and unit is not None:
        _show_indicator(indicator, unit, school_year, cells=cells, as_json=as_json)
    else:
        raise NothingAskedError(
            "there is nothing to trace", hint="name INDICATOR and UNIT, --mart, --release or --submission"
        )


def _pairs(where: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for item in where:
        name, sign, value = item.partition("=")
        if not sign:
            raise NothingAskedError(f"--where {item} is not NAME=VALUE")
        pairs[name] = value
    return pairs


def _show_figure(asked: Asked, release: str | None, *, cells: bool, full: bool, as_json: bool) -> None:
    from orientir import figure_trace, trace_tree
    from warehouse.connection import connect

    with connect("auditor") as connection:
        asked = asked.by_key(connection)
    if release is None:
        tree = figure_trace.trace_figure(figure_trace.figure_of_marts(asked), cells=cells)
    else:
        tree = _released(asked, release, cells=cells)
    if as_json:
        options.print_json(asdict(tree))
    else:
        _print_tree(tree, whole=full or cells, is_in_use=release is None)
    if trace_tree.disagreements(tree):
        options.say("the file and the database disagree: see above")
        raise SystemExit(DATA_FAILED)


def _print_tree(tree: Node, *, whole: bool, is_in_use: bool) -> None:
    from orientir.trace_tree import folded, folded_sum, lines_of

    shown = tree if whole else folded(tree)
    for line in lines_of(shown):
        click.echo(line)
    if shown == tree:
        return
    click.echo("\n--full prints every organisation and report, --cells reads their cells, too")
    # The marts of a release that is not in use are there for this one tree only.
    open_sum = folded_sum(shown) if is_in_use else None
    if open_sum is None or open_sum.kind != "indicator":
        return
    facts = open_sum.facts
    units = [node.facts["unit_code"] for node in open_sum.children if node.kind == "unit"]
    what = "one organisation down to its cells" if units else "the organisations of one indicator"
    unit = units[0] if units else facts["unit_code"]
    click.echo(
        f"{what}: orientir trace {facts['indicator_code']} {unit} --school-year {facts['school_year']}"
    )


def _released(asked: Asked, name: str, *, cells: bool) -> Node:
    from orientir.figure_trace import NoSuchFigureError, choose, marts_of_figure, trace_figure
    from orientir.rebuilding import TRACED, is_of_marts_in_use, marts_of
    from publish.release_figures import figures_of
    from publish.release_register import find_release
    from warehouse.connection import connect

    with connect("auditor") as connection:
        record = find_release(connection, name)
    figures = figures_of(record)
    if figures is None:
        raise NoSuchFigureError(
            f"{record.release_id} has no figures, or no folder holds its files any more",
            hint=f"`orientir release restore {record.release_id}` puts them back",
        )
    figure = choose(figures, asked)
    if is_of_marts_in_use(record):
        return trace_figure(figure, cells=cells)
    with marts_of([record], options.say, [*TRACED, *marts_of_figure(figure)]):
        return trace_figure(figure, cells=cells)


def _show_touched(submission: str, *, as_json: bool) -> None:
    from ingest.trace import submission_id, trace_origins
    from publish.touched import touched_by
    from warehouse.connection import connect

    asked = submission_id(submission)
    (origin,) = trace_origins([asked])
    with connect("auditor") as connection:
        found = touched_by(connection, str(asked))
    if as_json:
        options.print_json({"submission": asdict(origin), "releases": [_touched_json(one) for one in found]})
        return
    click.echo(
        f"{origin.organisation or origin.ogrn}: {origin.form_code} {origin.period_code}, revision"
        f" {origin.revision}, received {origin.received_at.isoformat()}, {origin.source_uri}"
    )
    for one in found:
        count = "its files are gone" if one.figures is None else f"{len(one.figures)} figures"
        click.echo(f"\n{one.release.release_id} (as of {one.release.as_of.isoformat()}): {count}")
        for figure in one.figures or ():
            unit_type, unit = figure.unit
            label = dict(figure.key).get("indicator_code", "")
            named = f"{figure.mart}.{figure.column} {label} {unit_type} {unit}"
            may = "" if figure.address in one.certain else "  (may have moved it)"
            click.echo(f"  {figure.place}: {named} = {figure.value}{may}")
    if not found:
        options.say("it counts in no release")


def _touched_json(one: Touched) -> dict[str, Any]:
    return {
        "release_id": one.release.release_id,
        "kind": one.release.kind,
        "as_of": one.release.as_of,
        "figures": None
        if one.figures is None
        else [
            {
                "place": figure.place,
                "mart": figure.mart,
                "column": figure.column,
                "key": dict(figure.key),
                "unit_type": figure.unit[0],
                "unit_code": figure.unit[1],
                "value": figure.value,
                "is_certain": figure.address in one.certain,
            }
            for figure in one.figures
        ],
    }


def _show_indicator(
    indicator: str, unit: str, school_year: str | None, *, cells: bool, as_json: bool
) -> None:
    from orientir import steps
    from orientir import trace as tracing

    value = tracing.unit_value(indicator, unit, steps.school_year(school_year))
    members = tracing.members(value)
    follow = cells or members == [value]
    traced = tracing.trace_units([(member, True) for member in members]) if follow else []
    if as_json:
        options.print_json(_as_json(value, members, traced))
    else:
        _print(value, members, traced)
    if any(not cell.agrees for unit_trace in traced for part in unit_trace.parts for cell in part.cells):
        options.say("the file and the database disagree: see above")
        raise SystemExit(DATA_FAILED)


def _number(number: Decimal | None) -> str:
    return "-" if number is None else f"{number.normalize():f}"


def _line(value: UnitValue) -> str:
    parts = f"{_number(value.numerator)} / {_number(value.denominator)}"
    result = value.missing_reason or f"{_number(value.value)} {value.unit}"
    return f"{value.unit_code:14} {value.unit_name:40} {parts:>16}  {result}"


def _print(value: UnitValue, members: list[UnitValue], traced: list[UnitTrace]) -> None:
    click.echo(f"{value.indicator_code} {value.indicator_name}, {value.school_year}\n{value.formula}\n")
    click.echo(_line(value))
    if members != [value]:
        click.echo(f"\nsummed over {len(members)} organisations:")
        for member in members:
            click.echo(_line(member))
    if not traced:
        click.echo("\n--cells follows every one of them to its cells; an OGRN in place of UNIT, that one")
    for unit_trace in traced:
        click.echo(f"\n{unit_trace.value.unit_code} {unit_trace.value.unit_name}")
        for part in unit_trace.parts:
            click.echo(f"  {part.source.part}")
            for origin in part.origins if not part.cells else ():
                click.echo(
                    f"    {origin.form_code} {origin.period_code} {origin.outcome} {origin.source_uri}"
                )
            for cell in part.cells:
                place = f"{cell.sheet}!{cell.cell}" if cell.sheet else cell.cell
                mark = "" if cell.agrees else f"  DISAGREES: the database holds {cell.stored}"
                address = f"{cell.origin.source_uri}  {place}  «{cell.field_title}»"
                click.echo(f"    {cell.received or '-':>12}  {address}{mark}")


def _as_json(value: UnitValue, members: list[UnitValue], traced: list[UnitTrace]) -> dict[str, Any]:
    return {
        "value": value.__dict__,
        "members": [member.__dict__ for member in members],
        "cells": [
            {
                "unit_code": unit_trace.value.unit_code,
                "part": part.source.part,
                "submission_id": cell.origin.submission_id,
                "source_uri": cell.origin.source_uri,
                "sha256": cell.origin.sha256,
                "sheet": cell.sheet,
                "cell": cell.cell,
                "field": cell.field,
                "received": cell.received,
                "value": cell.value,
                "agrees": cell.agrees,
            }
            for unit_trace in traced
            for part in unit_trace.parts
            for cell in part.cells
        ],
        "submissions": [
            {
                "unit_code": unit_trace.value.unit_code,
                "part": part.source.part,
                "source_uri": origin.source_uri,
            }
            for unit_trace in traced
            for part in unit_trace.parts
            for origin in part.origins
        ],
    }


COMMANDS = {"trace": trace}
