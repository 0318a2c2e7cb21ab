"""From any published figure to the cells it came from, as a tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from psycopg import sql
from psycopg.rows import dict_row

from orientir import trace as tracing
from orientir.failures import USAGE, CommandError

if TYPE_CHECKING:
    from psycopg import Connection

    from ingest.trace import CellTrace, Origin
    from publish.release_figures import Figure

Kind = Literal["figure", "formula", "indicator", "unit", "part", "submission", "cell"]
SHOWN = 12
SIGN = " − "


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

    def meets(self, figure: Figure) -> bool:
        """Whether a released figure is what was asked for."""
        key = dict(figure.key)
        return (
            self.place in (None, figure.place)
            and (self.mart is None or _table(self.mart) == _table(figure.mart))
            and self.column in (None, figure.column)
            and (self.unit is None or self.unit in key.values())
            and (self.period is None or self.period in key.values())
            and all(key.get(name) == value for name, value in self.where.items())
        )


@dataclass(frozen=True)
class Node:
    """A step from a figure to the cells behind it. `facts` say what it is, `children` what it comes from."""

    kind: Kind
    text: str
    facts: Mapping[str, Any]
    children: tuple[Node, ...] = ()


def _bare(mart: str) -> str:
    return mart.rpartition(".")[2]


def _table(mart: str) -> str:
    """The table of an extract bears its mart's name without the ending."""
    return _bare(mart).removesuffix("_public")


def choose(figures: Iterable[Figure], asked: Asked) -> Figure:
    """The one figure that was asked for. Raises NoSuchFigureError, naming some of those that there are."""
    found = {figure.address: figure for figure in figures if asked.meets(figure)}
    if not found:
        raise NoSuchFigureError(
            "the release has no such figure",
            hint="numbers.json of a reference and data/*.csv of an extract name places, marts and keys",
        )
    if len(found) > 1:
        named = [_titled(figure) for figure in found.values()]
        more = f" and {len(named) - SHOWN} more" if len(named) > SHOWN else ""
        raise NoSuchFigureError(
            f"{len(named)} figures answer to this: {'; '.join(named[:SHOWN])}{more}",
            hint="say which with --mart, --column, --unit, --period or --where NAME=VALUE",
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
    schema = "public_marts" if asked.mart.endswith("_public") else "marts"
    with connect("auditor") as connection:
        key = _key_columns(connection, schema, _bare(asked.mart))
        rows = _rows(connection, schema, _bare(asked.mart), asked.where)
    figures = []
    for row in rows:
        if asked.column not in row:
            raise NoSuchFigureError(
                f"{schema}.{_bare(asked.mart)} has no column {asked.column}",
                hint=f"its columns are {', '.join(row)}",
            )
        value = row[asked.column]
        named = tuple(sorted((name, str(row[name])) for name in key))
        text = None if value is None else str(value)
        figures.append(Figure(f"{schema}.{_bare(asked.mart)}", asked.column, named, text, "the marts in use"))
    return choose(figures, asked)


def _key_columns(connection: Connection, schema: str, mart: str) -> list[str]:
    found = connection.execute(
        "select a.attname from pg_index as i"
        " inner join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)"
        " where i.indisprimary and i.indrelid = to_regclass(%s)",
        [f"{schema}.{mart}"],
    ).fetchall()
    if not found:
        raise NoSuchFigureError(
            f"there is no mart {schema}.{mart} with a key", hint="docs/marts.md names the marts"
        )
    return [str(row[0]) for row in found]


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
    a rating is made of.
    """
    mart, key = _bare(figure.mart).removesuffix("_public"), dict(figure.key)
    facts: dict[str, Any] = {
        "mart": figure.mart,
        "column": figure.column,
        "key": key,
        "value": figure.value,
        "place": figure.place,
    }
    _, unit = figure.unit
    years = [part.strip() for part in key.get("school_year", "").split(SIGN) if part.strip()]
    if "indicator_code" in key and mart.startswith(("fct_indicator", "indicator_", "rating_contribution")):
        children = [_indicator(key["indicator_code"], unit, year, cells=cells) for year in years]
    elif mart.startswith("rating_") and years:
        children = _rating(figure, unit, _year_of(figure.column, years[0]), cells=cells)
    else:
        children = _reports(figure, years)
    return Node("figure", f"{_titled(figure)} = {figure.value or '—'}", facts, tuple(children))


def _year_of(column: str, year: str) -> str:
    """The school year that a column of a rating tells of."""
    if column.startswith("previous"):
        first = int(year[:4]) - 1
        return f"{first:04d}-{first + 1:04d}"
    return year


def _indicator(code: str, unit: str, year: str, *, cells: bool, beside: str = "") -> Node:
    from warehouse.connection import connect

    value = tracing.unit_value(code, unit, year)
    members = tracing.members(value)
    facts = {**asdict(value), "members": len(members)}
    follow = cells or members == [value]
    with connect("auditor") as connection:
        units = [_unit(member, connection, cells=follow) for member in members]
    formula = Node("formula", value.formula, {"formula": value.formula})
    text = f"{code} {value.indicator_name}, {year}: {_fraction(value)}{beside}"
    return Node("indicator", text, facts, (formula, *units))


def _fraction(value: tracing.UnitValue) -> str:
    if value.missing_reason is not None:
        return value.missing_reason
    parts = [value.numerator, value.denominator, value.value]
    plain = ["—" if part is None else f"{part.normalize():f}" for part in parts]
    return f"{plain[0]} / {plain[1]} = {plain[2]} {value.unit}"


def _unit(value: tracing.UnitValue, connection: Connection, *, cells: bool) -> Node:
    traced = tracing.trace_unit(value, cells=cells, connection=connection)
    parts = []
    for part in traced.parts:
        by_submission: dict[Any, list[CellTrace]] = {}
        origins = {origin.submission_id: origin for origin in part.origins}
        for cell in part.cells:
            by_submission.setdefault(cell.origin.submission_id, []).append(cell)
        children = tuple(_submission(o, by_submission.get(i, ())) for i, o in origins.items())
        parts.append(Node("part", part.source.part, {"part": part.source.part}, children))
    text = f"{value.unit_code} {value.unit_name}: {_fraction(value)}"
    return Node("unit", text, {"unit_code": value.unit_code, "unit_name": value.unit_name}, tuple(parts))


def _submission(origin: Origin, cells: Sequence[CellTrace]) -> Node:
    text = (
        f"{origin.organisation or origin.ogrn}: {origin.form_code} {origin.period_code},"
        f" revision {origin.revision}, received {origin.received_at:%Y-%m-%d %H:%M},"
        f" SHA-256 {origin.sha256}, {origin.source_uri}"
    )
    return Node("submission", text, asdict(origin), tuple(_cell(cell) for cell in cells))


def _cell(cell: CellTrace) -> Node:
    place = f"{cell.sheet}!{cell.cell}" if cell.sheet else cell.cell
    mark = "" if cell.agrees else f"  DISAGREES: the database holds {cell.stored}"
    facts = {
        "file": cell.origin.file_name,
        "sheet": cell.sheet,
        "cell": cell.cell,
        "field": f"{cell.section}.{cell.field}",
        "row_no": cell.row_no,
        "received": cell.received,
        "value": cell.value,
        "agrees": cell.agrees,
    }
    return Node("cell", f"{place} «{cell.field_title}» = {cell.received or '—'}{mark}", facts)


_PARTS = """
select c.indicator_code, c.normalised, c.weight, c.contribution
from marts.rating_contribution as c
inner join marts.dim_indicator as i using (indicator_code)
where c.unit_code = %s and c.school_year = %s
order by i.sort_no
"""


def _rating(figure: Figure, unit: str, year: str, *, cells: bool) -> list[Node]:
    """The indicators of the methodology, each with what it brought."""
    from warehouse.connection import connect

    with connect("auditor") as connection:
        parts = connection.execute(_PARTS, [unit, year]).fetchall()
    if not parts:
        raise NoSuchFigureError(f"the marts hold no rating of {unit} for {year}: {_titled(figure)}")
    text = "score = sum of weight × normalised value; places follow the scores of all units"
    children = [Node("formula", text, {"formula": text})]
    for code, normalised, weight, contribution in parts:
        beside = f"; normalised {normalised}, weight {weight}, contribution {contribution}"
        children.append(_indicator(code, unit, year, cells=cells, beside=beside))
    return children


_COUNTED = """
select s.submission_id
from marts.fct_submission as s
inner join marts.dim_organisation as o on o.ogrn = s.ogrn and o.is_current
where s.is_counting
    and (%(unit)s = '' or %(unit)s in (s.ogrn, o.municipality_code, s.region_code))
    and (%(region)s::text is null or s.region_code = %(region)s)
    and (%(years)s::text[] = '{}' or s.school_year = any(%(years)s))
    and (%(form)s::text is null or s.form_code = %(form)s)
    and (%(forms)s::text[] is null or s.form_code = any(%(forms)s))
"""


def _reports(figure: Figure, years: list[str]) -> list[Node]:
    """The reports of the unit that count, of the forms that feed the mart."""
    from ingest.trace import trace_origins
    from publish.lineage import forms_of
    from warehouse.connection import connect

    key = dict(figure.key)
    forms = forms_of(figure.mart)
    asked = {
        "unit": figure.unit[1],
        "region": key.get("region_code"),
        "years": years,
        "form": key.get("form_code") or None,
        "forms": None if forms is None else sorted(forms),
    }
    with connect("auditor") as connection:
        ids = [row[0] for row in connection.execute(_COUNTED, asked).fetchall()]
    text = f"{figure.column} of {figure.mart} over the rows that the key names; {len(ids)} reports feed them"
    formula = Node("formula", text, {"formula": text, "forms": asked["forms"]})
    return [formula, *(_submission(origin, ()) for origin in trace_origins(ids))]


def disagreements(node: Node) -> list[Node]:
    """Cells whose file does not say what the database holds: there must be none."""
    own = [node] if node.kind == "cell" and not node.facts["agrees"] else []
    return own + [found for child in node.children for found in disagreements(child)]


def lines_of(node: Node, depth: int = 0) -> list[str]:
    """The tree as indented lines."""
    return [f"{'  ' * depth}{node.text}", *(line for c in node.children for line in lines_of(c, depth + 1))]
