"""From a number of the marts back to the cells: indicator, units, submissions, files, sheets, cells."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from psycopg import sql
from psycopg.rows import class_row

from orientir.failures import USAGE, CommandError
from orientir.municipality_codes import unit_key
from publish.origins.indicators import Source, sources

if TYPE_CHECKING:
    from psycopg import Connection

    from ingest.trace import CellTrace, Origin


class NoSuchNumberError(CommandError):
    """The marts hold no such indicator, unit or school year."""

    exit_code = USAGE


@dataclass(frozen=True)
class UnitValue:
    """A value of an indicator as the mart holds it."""

    indicator_code: str
    indicator_name: str
    formula: str
    unit: str
    source_forms: str
    region_code: str
    unit_type: str
    unit_code: str
    unit_name: str
    school_year: str
    numerator: Decimal | None
    denominator: Decimal | None
    value: Decimal | None
    missing_reason: str | None


@dataclass(frozen=True)
class TracedPart:
    """The cells, or the files, that one part of a unit's value comes from."""

    source: Source
    cells: list[CellTrace]
    origins: list[Origin]


@dataclass(frozen=True)
class UnitTrace:
    """A unit's value with all that it comes from."""

    value: UnitValue
    parts: list[TracedPart]


CODES = "select indicator_code from marts.dim_indicator order by sort_no"

VALUES = """
select
    v.indicator_code, i.indicator_name, i.formula, i.unit, i.source_forms, v.region_code,
    v.unit_type, v.unit_code,
    coalesce(o.name_short, m.municipality_name, r.region_name, v.unit_code) as unit_name,
    v.school_year, v.numerator, v.denominator, v.value, v.missing_reason
from marts.fct_indicator_value as v
join marts.dim_indicator as i using (indicator_code)
left join marts.dim_period as y on y.period_code = v.school_year
left join marts.dim_organisation as o
    on o.ogrn = v.unit_code
    -- an organisation that moved counts where it stood when the school year ended
    and (o.version_no = 1 or y.ends_on >= o.valid_from) and (o.is_current or y.ends_on <= o.valid_to)
left join marts.dim_municipality as m on m.municipality_code = v.unit_code and m.is_current
left join marts.dim_region as r on r.region_code = v.unit_code
where v.indicator_code = %(indicator)s and v.school_year = %(school_year)s
"""

SUMMED = " and v.unit_type = any(string_to_array(i.rolled_up_from, ';'))"
MEMBERS_OF = {
    "municipality": SUMMED + " and o.municipality_code = %(unit)s order by v.unit_code",
    "region": SUMMED + " and v.region_code = %(unit)s order by v.unit_code",
}

TERRITORY = """
select f.submission_id, f.form_code, f.period_code
from marts.fct_submission as f
join marts.dim_period as y on y.period_code = f.school_year
join marts.dim_organisation as school
    on school.ogrn = f.ogrn and school.kind = 'school'
    and (y.ends_on >= school.valid_from or school.version_no = 1)
    and (y.ends_on <= school.valid_to or school.is_current)
join marts.dim_organisation as center
    on center.municipality_code = school.municipality_code and center.ogrn = %(ogrn)s
    and (y.ends_on >= center.valid_from or center.version_no = 1)
    and (y.ends_on <= center.valid_to or center.is_current)
where f.is_counting and f.school_year = %(school_year)s and f.form_code = %(form)s
order by f.ogrn, f.period_code
"""

COUNTING = """
select submission_id, form_code, period_code
from marts.fct_submission
where is_counting and ogrn = %(ogrn)s and school_year = %(school_year)s
order by form_code, period_code
"""


def unit_value(indicator: str, unit: str, school_year: str) -> UnitValue:
    """Return the value of one unit: an OGRN, any OKTMO that a municipality has had, or a region's code."""
    from warehouse.connection import connect

    with connect("auditor") as connection:
        codes = [row[0] for row in connection.execute(CODES)]
        if indicator not in codes:
            raise NoSuchNumberError(
                f"there is no indicator {indicator!r}", hint=f"the indicators are {', '.join(codes)}"
            )
        found = _values(connection, indicator, school_year, unit_key(connection, unit))
    if not found:
        raise NoSuchNumberError(
            f"the marts hold no {indicator} of {unit} for {school_year}",
            hint="units are OGRN, OKTMO codes of municipalities or region codes: marts.fct_indicator_value",
        )
    return found[0]


def _values(connection: Connection, indicator: str, school_year: str, unit: str) -> list[UnitValue]:
    query = sql.SQL(VALUES + " and v.unit_code = %(unit)s order by v.unit_type")
    with connection.cursor(row_factory=class_row(UnitValue)) as cursor:
        asked = {"indicator": indicator, "school_year": school_year, "unit": unit}
        return cursor.execute(query, asked).fetchall()


def members(value: UnitValue) -> list[UnitValue]:
    """Return the organisations whose numerators and denominators a municipality or a region sums; else the
    unit.
    """
    from warehouse.connection import connect

    if value.unit_type not in MEMBERS_OF:
        return [value]
    query = sql.SQL(VALUES + MEMBERS_OF[value.unit_type])
    with connect("auditor") as connection, connection.cursor(row_factory=class_row(UnitValue)) as cursor:
        asked = {"indicator": value.indicator_code, "school_year": value.school_year, "unit": value.unit_code}
        return cursor.execute(query, asked).fetchall()


def trace_unit(value: UnitValue, *, cells: bool = True, connection: Connection | None = None) -> UnitTrace:
    """Follow the value of one organisation to its submissions and, unless only these are asked for, cells.

    `connection` is one of the auditor's; by default a new one.
    """
    from warehouse.connection import connect

    with nullcontext(connection) if connection else connect("auditor") as reading:
        return UnitTrace(value, list(_parts(value, reading, cells=cells)))


def _parts(value: UnitValue, connection: Connection, *, cells: bool) -> Iterator[TracedPart]:
    from ingest.trace import trace_origins, trace_values

    counting = connection.execute(
        COUNTING, {"ogrn": value.unit_code, "school_year": value.school_year}
    ).fetchall()
    for source in _sources(value):
        if source.submissions:
            own = [row[0] for row in counting if source.form in (None, row[1])]
            yield TracedPart(source, [], trace_origins(own, connection))
            continue
        reports = _territory(connection, source, value) if _is_of_territory(source, value) else counting
        chosen = _of_periods(source, reports, value.school_year)
        if not cells:
            yield TracedPart(source, [], trace_origins(chosen, connection))
            continue
        addresses = [
            address for submission in chosen for address in _addresses(connection, source, submission)
        ]
        yield TracedPart(source, trace_values(addresses), trace_origins(chosen, connection))


def _sources(value: UnitValue) -> list[Source]:
    """Where a unit's parts come from: an indicator that the map does not know yet, from its forms as such."""
    from ingest.forms.catalogue import contract

    known = sources().get(value.indicator_code)
    if known is None:
        forms = value.source_forms.split(";")
        return [Source("numerator", form=form, submissions=True) for form in forms]
    return [
        source
        for source in known
        if source.form is None
        or contract(source.form).submitter == value.unit_type
        or _is_of_territory(source, value)
    ]


def _is_of_territory(source: Source, value: UnitValue) -> bool:
    return source.territory and value.unit_type == "employment_center"


def _territory(connection: Connection, source: Source, value: UnitValue) -> list[tuple[Any, ...]]:
    """Reports of the schools in the municipality of a centre."""
    asked = {"ogrn": value.unit_code, "school_year": value.school_year, "form": source.form}
    return connection.execute(TERRITORY, asked).fetchall()


def _of_periods(source: Source, counting: list[tuple[Any, ...]], school_year: str) -> list[UUID]:
    """Return the submissions of the periods that the source looks at."""
    own = [(period, submission) for submission, form, period in counting if form == source.form]
    match source.periods:
        case "latest":
            own = own[-1:]
        case "december":
            own = [item for item in own if item[0] == f"{school_year[:4]}-12"]
    return [submission for _, submission in own]


def _addresses(connection: Connection, source: Source, submission: UUID) -> Iterator[Any]:
    from ingest.forms.catalogue import contract
    from ingest.trace import ValueAddress

    if source.form is None or source.section is None:
        raise AssertionError(f"a source of cells names its form and section: {source}")
    table = contract(source.form).section(source.section).table
    condition = sql.SQL(" and ").join(
        [
            sql.SQL("submission_id = %s"),
            *(sql.SQL("{} = any(%s)").format(sql.Identifier(name)) for name in source.rows),
        ]
    )
    rows = connection.execute(
        sql.SQL("select row_no from {} where {} order by row_no").format(
            sql.Identifier("raw", table), condition
        ),
        [submission, *source.rows.values()],
    ).fetchall()
    for (row_no,) in rows:
        for name in source.fields:
            yield ValueAddress(submission, source.section, name, row_no)
