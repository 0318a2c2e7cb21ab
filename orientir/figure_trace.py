"""From any published figure to the cells it came from, as a tree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from psycopg import sql
from psycopg.rows import dict_row

from orientir import trace as tracing
from orientir.failures import USAGE, CommandError
from orientir.trace_tree import Node, cell_node, submission_node

if TYPE_CHECKING:
    from psycopg import Connection

    from ingest.trace import CellTrace
    from publish.origins.recipes import Follow
    from publish.release_figures import Address, Figure

SHOWN = 12
DIFFERENCE = " − "
# Scores are sums of contributions, each rounded.
ROUNDING = Decimal("0.01")


class NoSuchFigureError(CommandError):
    """No figure, or more than one, answers to what was asked."""

    exit_code = USAGE


@dataclass(frozen=True)
class Asked:
    """What somebody wants to know of: a place in a release, or a cell of a mart. None is not asked for."""

    place: str | None = None
    mart: str | None = None
    unit: str | None = None
    period: str | None = None
    column: str | None = None
    where: Mapping[str, str] = field(default_factory=dict)

    def by_key(self, connection: Connection) -> Asked:
        """The same, with a municipality named as the keys of the marts name it."""
        from orientir.municipality_codes import unit_key

        return self if self.unit is None else replace(self, unit=unit_key(connection, self.unit))

    def meets(self, figure: Figure) -> bool:
        """Whether a released figure is what was asked for."""
        key = dict(figure.key)
        return (
            (self.place is None or figure.is_within(self.place))
            and (self.mart is None or _table(self.mart) == _table(figure.mart))
            and self.column in (None, figure.column)
            and (self.unit is None or self.unit in key.values())
            and (self.period is None or self.period in key.values())
            and all(key.get(name) == value for name, value in self.where.items())
        )


def _bare(mart: str) -> str:
    return mart.rpartition(".")[2]


def _table(mart: str) -> str:
    """The table of an extract bears its mart's name without the ending."""
    return _bare(mart).removesuffix("_public")


def choose(figures: Iterable[Figure], asked: Asked) -> Figure:
    """The one figure that was asked for. Raises NoSuchFigureError, naming some of those that there are."""
    found = _meeting(figures, asked)
    if not found:
        raise NoSuchFigureError(
            "the release has no such figure",
            hint="numbers.json of a reference and data/*.csv of an extract name places, marts and keys;"
            " a part of a place, «Раздел 6.1» or «Рисунок 2», lists what stands there",
        )
    return _only(found)


def _meeting(figures: Iterable[Figure], asked: Asked) -> dict[Address, Figure]:
    """What was asked for, by the cell of the mart; a place that is named whole leaves out its neighbours."""
    found = [figure for figure in figures if asked.meets(figure)]
    exact = [figure for figure in found if asked.place is not None and figure.is_at(asked.place)]
    return {figure.address: figure for figure in exact or found}


def _only(found: Mapping[Address, Figure]) -> Figure:
    if len(found) > 1:
        named = [
            _titled(figure) if figure.text is None else f"«{figure.place}»: {figure.text}"
            for figure in found.values()
        ]
        more = f" and {len(named) - SHOWN} more" if len(named) > SHOWN else ""
        raise NoSuchFigureError(
            f"{len(named)} figures answer to this: {'; '.join(named[:SHOWN])}{more}",
            hint="say which with --place, --mart, --column, --unit, --period or --where NAME=VALUE",
        )
    return next(iter(found.values()))


def _titled(figure: Figure) -> str:
    key = ", ".join(f"{name}={value}" for name, value in figure.key)
    return f"{figure.mart}.{figure.column} [{key}]"


def figure_of_marts(asked: Asked) -> Figure:
    """A cell of the marts in use. Raises NoSuchFigureError when not exactly one row answers."""
    from publish.release_figures import Figure
    from warehouse.connection import connect

    if asked.mart is None or asked.column is None:
        raise NoSuchFigureError("a figure of the marts is named by --mart and --column")
    is_public = asked.mart.endswith("_public")
    schema = "public_marts" if is_public else "marts"
    with connect("ministry" if is_public else "auditor") as connection:
        key = _key_columns(connection, schema, _bare(asked.mart)) or list(asked.where)
        columns = _columns(connection, schema, _bare(asked.mart))
        for name in (asked.column, *asked.where):
            if name not in columns:
                raise NoSuchFigureError(
                    f"{schema}.{_bare(asked.mart)} has no column {name}",
                    hint=f"its columns are {', '.join(columns)}",
                )
        rows = _rows(connection, schema, _bare(asked.mart), asked.where)
    figures = []
    for row in rows:
        value = row[asked.column]
        named = tuple(sorted((name, str(row[name])) for name in key))
        text = None if value is None else str(value)
        figures.append(Figure(f"{schema}.{_bare(asked.mart)}", asked.column, named, text, "the marts in use"))
    found = _meeting(figures, asked)
    if not found:
        given = {"unit": asked.unit, "period": asked.period, **asked.where}
        wanted = " and ".join(f"{name} {value}" for name, value in given.items() if value is not None)
        raise NoSuchFigureError(
            f"{schema}.{_bare(asked.mart)} has no row of {wanted or 'any kind'}",
            hint=f"its rows are told apart by {', '.join(sorted(key))}",
        )
    return _only(found)


def _key_columns(connection: Connection, schema: str, mart: str) -> list[str]:
    """The columns of the primary key; none of a view."""
    found = connection.execute(
        "select a.attname from pg_index as i"
        " inner join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)"
        " where i.indisprimary and i.indrelid = to_regclass(%s)",
        [f"{schema}.{mart}"],
    ).fetchall()
    (known,) = connection.execute("select to_regclass(%s)", [f"{schema}.{mart}"]).fetchone() or (None,)
    if known is None:
        raise NoSuchFigureError(f"there is no mart {schema}.{mart}", hint="docs/marts.md names the marts")
    return [str(row[0]) for row in found]


def _columns(connection: Connection, schema: str, mart: str) -> list[str]:
    found = connection.execute(
        "select attname from pg_attribute where attrelid = to_regclass(%s)"
        " and attnum > 0 and not attisdropped order by attnum",
        [f"{schema}.{mart}"],
    ).fetchall()
    return [str(name) for (name,) in found]


def _rows(connection: Connection, schema: str, mart: str, where: Mapping[str, str]) -> list[dict[str, Any]]:
    conditions = [sql.SQL("{}::text = %s").format(sql.Identifier(name)) for name in where]
    query = sql.SQL("select * from {} where {}").format(
        sql.Identifier(schema, mart), sql.SQL(" and ").join([sql.SQL("true"), *conditions])
    )
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, list(where.values())).fetchall()


def trace_figure(figure: Figure, *, cells: bool = False) -> Node:
    """Follow a figure through the marts of the database in use.

    Cells are read for a single organisation's figure, and with `cells` for every organisation that a sum or
    a rating is made of. Raises NoSuchFigureError for what nobody described (publish/origins).
    """
    from orientir.source_tree import described
    from publish.origins.recipes import NotDescribedError
    from publish.origins.terms import plan

    facts: dict[str, Any] = {
        "mart": figure.mart,
        "column": figure.column,
        "key": dict(figure.key),
        "value": figure.value,
        "place": figure.place,
    }
    try:
        match follow_of(figure):
            case "indicator":
                children = _indicators(figure, cells=cells)
            case "rating":
                children = _rating(figure, cells=cells)
            case _:
                children, computed = described(
                    figure, plan(figure.mart, figure.column, dict(figure.key)), cells=cells
                )
                facts["computed"] = computed["computed"]
    except NotDescribedError as error:
        raise NoSuchFigureError(
            f"{_titled(figure)} cannot be followed: {error}",
            hint="publish/origins/figure_sources.yaml says what columns are made of",
        ) from error
    return Node("figure", f"{_titled(figure)} = {figure.value or '—'}", facts, tuple(children))


def follow_of(figure: Figure) -> Follow:
    """Whether a figure is followed through the sources of indicators, or through rows of the marts."""
    from publish.origins.recipes import first_part, recipe
    from publish.origins.terms import RECONCILIATION

    if _bare(figure.mart) == RECONCILIATION:
        return "rows"
    return recipe(figure.mart, first_part(figure.column), dict(figure.key)).follow


def marts_of_figure(figure: Figure) -> list[str]:
    """The marts that a figure's tree is read from beside those that every tree needs, as dbt selects them."""
    from publish.origins.terms import plan

    if follow_of(figure) != "rows":
        return []
    terms = [
        term
        for operand in plan(figure.mart, figure.column, dict(figure.key)).operands
        for term in operand.terms
    ]
    named = {term.of for term in terms if "." not in term.of}
    if any(term.leaf == "obligations" for term in terms):
        named.add("fct_obligation")
    if any(term.leaf == "findings" for term in terms):
        # Findings of rules that look at several forms are loaded back from these.
        named.add("rule_findings")
    return [f"+{mart}" for mart in sorted(named)]


def _years(figure: Figure) -> list[str]:
    return [part for part in dict(figure.key).get("school_year", "").split(DIFFERENCE) if part]


def _indicators(figure: Figure, *, cells: bool) -> list[Node]:
    """The indicator of each school year that the figure tells of, and whether they make it."""
    code, unit = dict(figure.key)["indicator_code"], figure.unit[1]
    nodes = _indicator_nodes([(code, year, "") for year in _years(figure)], unit, cells=cells)
    values = [node.facts.get(figure.column) for node in nodes]
    known = [value for value in values if isinstance(value, Decimal)]
    if figure.value is None or not known or len(known) < len(nodes):
        return nodes
    computed = known[0] if len(known) == 1 else known[0] - known[1]
    return [_sum_node(figure, DIFFERENCE.join(_years(figure)), computed, Decimal(0)), *nodes]


def _sum_node(figure: Figure, text: str, computed: Decimal, tolerance: Decimal) -> Node:
    """Whether what a figure is computed from makes it, to the places that it was released with."""
    released = Decimal(figure.value or "0")
    places = Decimal(1).scaleb(int(released.as_tuple().exponent))
    agrees = abs(computed.quantize(places, ROUND_HALF_UP) - released) <= tolerance
    said = "agrees" if agrees else f"DISAGREES with the figure: {released.normalize():f}"
    facts = {"computed": computed, "agrees": agrees}
    return Node("formula", f"{figure.column} of {text} = {computed.normalize():f}, {said}", facts)


def _year_of(column: str, year: str) -> str:
    """The school year that a column of a rating tells of."""
    if column.startswith("previous"):
        first = int(year[:4]) - 1
        return f"{first:04d}-{first + 1:04d}"
    return year


def _indicator_nodes(asked: Sequence[tuple[str, str, str]], unit: str, *, cells: bool) -> list[Node]:
    """Indicators of a unit, each given with its school year and what is said beside it.

    They are traced together: those of a score come from the same reports.
    """
    from warehouse.connection import connect

    with connect("auditor") as connection:
        values = [tracing.unit_value(code, unit, year, connection) for code, year, _ in asked]
        members = [tracing.members(value, connection) for value in values]
        wanted = [
            (member, cells or own == [value])
            for value, own in zip(values, members, strict=True)
            for member in own
        ]
        traced = iter(tracing.trace_units(wanted, connection))
    return [
        _indicator(value, [_unit(next(traced)) for _ in own], beside)
        for value, own, (_, _, beside) in zip(values, members, asked, strict=True)
    ]


def _indicator(value: tracing.UnitValue, units: Sequence[Node], beside: str) -> Node:
    facts = {**asdict(value), "members": len(units)}
    formula = Node("formula", value.formula, {"formula": value.formula})
    named = f"{value.indicator_code} {value.indicator_name}, {value.school_year}"
    return Node("indicator", f"{named}: {_fraction(value)}{beside}", facts, (formula, *units))


def _fraction(value: tracing.UnitValue) -> str:
    if value.missing_reason is not None:
        return value.missing_reason
    parts = [value.numerator, value.denominator, value.value]
    plain = ["—" if part is None else f"{part.normalize():f}" for part in parts]
    return f"{plain[0]} / {plain[1]} = {plain[2]} {value.unit}"


def _unit(traced: tracing.UnitTrace) -> Node:
    value = traced.value
    parts = []
    sources_of = Counter(part.source.part for part in traced.parts)
    for part in traced.parts:
        by_submission: dict[Any, list[CellTrace]] = {}
        origins = {origin.submission_id: origin for origin in part.origins}
        for cell in part.cells:
            by_submission.setdefault(cell.origin.submission_id, []).append(cell)
        children = tuple(
            submission_node(origin, [cell_node(cell) for cell in by_submission.get(submission, ())])
            for submission, origin in origins.items()
        )
        is_whole = part.source.sums and sources_of[part.source.part] == 1
        facts, said = _added_up(part, value) if is_whole and part.cells else ({}, "")
        name = part.source.part
        parts.append(Node("part", f"{name}{said}", {"part": name, **facts}, children))
    text = f"{value.unit_code} {value.unit_name}: {_fraction(value)}"
    return Node("unit", text, {"unit_code": value.unit_code, "unit_name": value.unit_name}, tuple(parts))


def _added_up(part: tracing.TracedPart, value: tracing.UnitValue) -> tuple[dict[str, Any], str]:
    """Whether the cells of a part that is a plain sum make it."""
    from publish.origins.source_rows import worth

    known = value.numerator if part.source.part == "numerator" else value.denominator
    if known is None:
        return {}, ""
    read = sum((worth(cell.value) or Decimal(0) for cell in part.cells), Decimal(0))
    said = "agree" if read == known else f"DISAGREE with {known.normalize():f}"
    text = f": {len(part.cells)} cells sum to {read.normalize():f}: they {said}"
    return {"sum_of_cells": read, "agrees": read == known}, text


_PARTS = """
select c.indicator_code, c.normalised, c.weight, c.contribution
from marts.rating_contribution as c
inner join marts.dim_indicator as i using (indicator_code)
where c.unit_code = %s and c.school_year = %s
order by i.sort_no
"""


def _rating(figure: Figure, *, cells: bool) -> list[Node]:
    """The indicators of the methodology, each with what it brought, of each year that is told of."""
    years = _years(figure)
    if not years:
        raise NoSuchFigureError(f"{_titled(figure)} names no school year")
    asked = dict.fromkeys(_year_of(part, years[0]) for part in figure.column.split(DIFFERENCE))
    nodes = [node for year in asked for node in _rating_of(figure, year, cells=cells)]
    if not nodes:
        named = " and ".join(asked)
        raise NoSuchFigureError(
            f"the marts hold no rating of {figure.unit[1]} for {named}: {_titled(figure)}"
        )
    return nodes


def _rating_of(figure: Figure, year: str, *, cells: bool) -> list[Node]:
    from warehouse.connection import connect

    unit = figure.unit[1]
    with connect("auditor") as connection:
        parts = connection.execute(_PARTS, [unit, year]).fetchall()
    if not parts:
        return []
    text = "score = sum of weight × normalised value; places follow the scores of all units"
    earlier = dict(figure.key).get("from_methodology_code")
    if earlier is not None and figure.column.startswith("from_"):
        text += f". The figure is by the weights of {earlier}; below stand those in force for {year}"
    children = [Node("formula", text, {"formula": text})]
    brought = [part[3] for part in parts if part[3] is not None]
    if figure.column == "score" and figure.value is not None:
        named = f"{unit} for {year}, sum of contributions"
        children.append(_sum_node(figure, named, sum(brought, Decimal(0)), ROUNDING))
    asked = [
        (code, year, f"; normalised {normalised}, weight {weight}, contribution {contribution}")
        for code, normalised, weight, contribution in parts
    ]
    return [*children, *_indicator_nodes(asked, unit, cells=cells)]
