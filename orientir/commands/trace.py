"""`orientir trace`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from orientir.commands import options

if TYPE_CHECKING:
    from decimal import Decimal

    from orientir.trace import UnitTrace, UnitValue


@click.command()
@click.argument("indicator")
@click.argument("unit")
@click.option(
    "--school-year", metavar="YEAR", help="For example 2025-2026. Default: the last that has ended."
)
@click.option(
    "--cells", is_flag=True, help="Follow every organisation of a municipality or region to its cells."
)
@options.as_json
def trace(indicator: str, unit: str, school_year: str | None, cells: bool, as_json: bool) -> None:
    """Follow a number back to the cells it came from.

    INDICATOR is its code, such as 3.1; UNIT an OGRN, an OKTMO code of a municipality, or a region's code.
    Every cell is read again from the file as it was received. Exit code 1 if one does not agree with the
    database.

    \b
    orientir trace 3.1 chelyabinsk
    orientir trace 3.1 1027400000000 --school-year 2024-2025
    """
    from orientir import steps
    from orientir import trace as tracing
    from orientir.build import ZONE

    options.open_database()
    year = school_year or steps.last_ended("school_year", steps.built_moment(None).astimezone(ZONE).date())
    value = tracing.unit_value(indicator, unit, year)
    members = tracing.members(value)
    follow = cells or members == [value]
    traced = [tracing.trace_unit(member) for member in members] if follow else []
    if as_json:
        options.print_json(_as_json(value, members, traced))
    else:
        _print(value, members, traced)
    if any(not cell.agrees for unit_trace in traced for part in unit_trace.parts for cell in part.cells):
        options.say("the file and the database disagree: see above")
        raise SystemExit(1)


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
