"""From a number of the marts back to the cells: indicator, units, submissions, files, sheets, cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from psycopg import sql
from psycopg.rows import class_row

from orientir.failures import USAGE, CommandError
from orientir.municipality_codes import unit_key
from publish.origins.indicators import Source, sources

if TYPE_CHECKING:
    from psycopg import Connection

    from ingest.trace import CellTrace, Origin, ValueAddress


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
select ogrn, submission_id, form_code, period_code
from marts.fct_submission
where is_counting and ogrn = any(%(ogrns)s) and school_year = %(school_year)s
order by ogrn, form_code, period_code
"""


def unit_value(
    indicator: str, unit: str, school_year: str, connection: Connection | None = None
) -> UnitValue:
    """Return the value of one unit: an OGRN, any OKTMO that a municipality has had, or a region's code.

    `connection` is one of the auditor's; by default a new one.
    """
    with _reading(connection) as reading:
        codes = [row[0] for row in reading.execute(CODES)]
        if indicator not in codes:
            raise NoSuchNumberError(
                f"there is no indicator {indicator!r}", hint=f"the indicators are {', '.join(codes)}"
            )
        found = _values(reading, indicator, school_year, unit_key(reading, unit))
    if not found:
        raise NoSuchNumberError(
            f"the marts hold no {indicator} of {unit} for {school_year}",
            hint="units are OGRN, OKTMO codes of municipalities or region codes: marts.fct_indicator_value",
        )
    return found[0]


@contextmanager
def _reading(connection: Connection | None) -> Iterator[Connection]:
    """The connection given, or one of the auditor's for the time being."""
    from warehouse.connection import connect

    if connection is not None:
        yield connection
        return
    with connect("auditor") as own:
        yield own


def _values(connection: Connection, indicator: str, school_year: str, unit: str) -> list[UnitValue]:
    query = sql.SQL(VALUES + " and v.unit_code = %(unit)s order by v.unit_type")
    with connection.cursor(row_factory=class_row(UnitValue)) as cursor:
        asked = {"indicator": indicator, "school_year": school_year, "unit": unit}
        return cursor.execute(query, asked).fetchall()


def members(value: UnitValue, connection: Connection | None = None) -> list[UnitValue]:
    """Return the organisations whose numerators and denominators a municipality or a region sums; else the
    unit. `connection` is one of the auditor's; by default a new one.
    """
    if value.unit_type not in MEMBERS_OF:
        return [value]
    query = sql.SQL(VALUES + MEMBERS_OF[value.unit_type])
    with _reading(connection) as reading, reading.cursor(row_factory=class_row(UnitValue)) as cursor:
        asked = {"indicator": value.indicator_code, "school_year": value.school_year, "unit": value.unit_code}
        return cursor.execute(query, asked).fetchall()


@dataclass(frozen=True)
class _Wanted:
    """The reports that a part of one organisation's value comes from, and which of their cells."""

    source: Source
    submissions: list[UUID]
    addresses: list[ValueAddress]


def trace_units(
    wanted: Sequence[tuple[UnitValue, bool]], connection: Connection | None = None
) -> list[UnitTrace]:
    """Follow values of organisations to their submissions and, where asked for, to their cells.

    All of them at once: a score has thirty indicators of seventy schools, which come from the same reports,
    and each report is looked up, and its file read, once. `connection` is one of the auditor's.
    """
    from ingest.trace import in_order, trace_origins, values_at

    with _reading(connection) as reading:
        parts = _parts(wanted, reading)
        submissions = {submission for of_unit in parts for part in of_unit for submission in part.submissions}
        origins = trace_origins(submissions, reading)
    found = values_at(address for of_unit in parts for part in of_unit for address in part.addresses)
    position = {origin.submission_id: number for number, origin in enumerate(origins)}
    return [
        UnitTrace(
            value,
            [
                TracedPart(
                    part.source,
                    in_order(cell for address in part.addresses for cell in found[address]),
                    [origins[number] for number in sorted({position[one] for one in part.submissions})],
                )
                for part in of_unit
            ],
        )
        for (value, _), of_unit in zip(wanted, parts, strict=True)
    ]


def _parts(wanted: Sequence[tuple[UnitValue, bool]], connection: Connection) -> list[list[_Wanted]]:
    """The parts of each value; the rows of a section are asked for once for all organisations."""
    counting = _counting(connection, [value for value, _ in wanted])
    parts: list[list[_Wanted]] = []
    # Sources are read from the map once: what is the same source is the same object.
    to_read: dict[int, tuple[Source, list[_Wanted]]] = {}
    for value, cells in wanted:
        of_unit = []
        own = counting[value.school_year, value.unit_code]
        for source in _sources(value):
            part = _Wanted(source, _chosen(connection, source, value, own), [])
            of_unit.append(part)
            if cells and not source.submissions:
                to_read.setdefault(id(source), (source, []))[1].append(part)
        parts.append(of_unit)
    for source, of_source in to_read.values():
        _address(connection, source, of_source)
    return parts


def _counting(
    connection: Connection, values: Sequence[UnitValue]
) -> dict[tuple[str, str], list[tuple[UUID, str, str]]]:
    """Reports that count, with form and period, by school year and organisation."""
    units: dict[str, set[str]] = defaultdict(set)
    for value in values:
        units[value.school_year].add(value.unit_code)
    found: dict[tuple[str, str], list[tuple[UUID, str, str]]] = defaultdict(list)
    for school_year, ogrns in units.items():
        asked = {"ogrns": sorted(ogrns), "school_year": school_year}
        for ogrn, *report in connection.execute(COUNTING, asked):
            found[school_year, ogrn].append((report[0], report[1], report[2]))
    return found


def _chosen(
    connection: Connection, source: Source, value: UnitValue, own: list[tuple[UUID, str, str]]
) -> list[UUID]:
    if source.submissions:
        return [submission for submission, form, _ in own if source.form in (None, form)]
    reports = _territory(connection, source, value) if _is_of_territory(source, value) else own
    return _of_periods(source, reports, value.school_year)


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


def _territory(connection: Connection, source: Source, value: UnitValue) -> list[tuple[UUID, str, str]]:
    """Reports of the schools in the municipality of a centre."""
    asked = {"ogrn": value.unit_code, "school_year": value.school_year, "form": source.form}
    return connection.execute(TERRITORY, asked).fetchall()


def _of_periods(source: Source, counting: list[tuple[UUID, str, str]], school_year: str) -> list[UUID]:
    """Return the submissions of the periods that the source looks at."""
    own = [(period, submission) for submission, form, period in counting if form == source.form]
    match source.periods:
        case "latest":
            own = own[-1:]
        case "december":
            own = [item for item in own if item[0] == f"{school_year[:4]}-12"]
    return [submission for _, submission in own]


def _address(connection: Connection, source: Source, parts: Sequence[_Wanted]) -> None:
    """Name the cells of the rows that a source looks at, in the reports of every part of it."""
    from ingest.forms.catalogue import contract
    from ingest.trace import ValueAddress

    if source.form is None or source.section is None:
        raise AssertionError(f"a source of cells names its form and section: {source}")
    table = contract(source.form).section(source.section).table
    condition = sql.SQL(" and ").join(
        [
            sql.SQL("submission_id = any(%s)"),
            *(sql.SQL("{} = any(%s)").format(sql.Identifier(name)) for name in source.rows),
        ]
    )
    submissions = sorted({submission for part in parts for submission in part.submissions})
    numbers: dict[UUID, list[int]] = defaultdict(list)
    for submission, row_no in connection.execute(
        sql.SQL("select submission_id, row_no from {} where {} order by submission_id, row_no").format(
            sql.Identifier("raw", table), condition
        ),
        [submissions, *source.rows.values()],
    ):
        numbers[submission].append(row_no)
    for part in parts:
        part.addresses.extend(
            ValueAddress(submission, source.section, name, row_no)
            for submission in part.submissions
            for row_no in numbers[submission]
            for name in source.fields
        )
