"""The question for the rows behind a figure: their table, what is read of them, and which of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from psycopg import Connection, sql

from ingest.forms.catalogue import contract
from publish.origins import fact_fields
from publish.origins.recipes import NotDescribedError
from publish.origins.terms import Among, Condition, Meeting, Recommended, Standing, Term, Territory, Unless

# What a row says of the report that it comes from; a fact may hold the same under the same name.
OF_REPORT = ("submission_id", "ogrn", "region_code", "form_code", "period_code", "school_year")
# What names a row where it is no row of a report.
NAMES = ("ogrn", "unit_code", "municipality_code", "measure_code")
# What chooses the reports of a figure that grows through the year; the reports before them are needed, too.
PERIODS = ("school_year", "period_code", "submission_id")
MARTS, RAW = "marts", "raw"


def row_query(connection: Connection[Any], term: Term) -> tuple[sql.Composed, list[Any]]:
    """All rows of an organisation where the reports before are needed; else those that the key chooses."""
    relation, columns, has_report = _relation(connection, term)
    wanted = [name for name in _wanted(term) if name in columns]
    selected: list[sql.Composable] = [sql.SQL("r.{}").format(sql.Identifier(name)) for name in wanted]
    tables = sql.SQL("{} as r").format(relation)
    if has_report:
        tables += sql.SQL(" inner join marts.fct_submission as s on s.submission_id = r.{}").format(
            sql.Identifier(term.submission or fact_fields.SUBMISSION)
        )
        selected += [
            sql.SQL("s.{} as {}").format(sql.Identifier(name), sql.Identifier(f"of_{name}"))
            for name in OF_REPORT
        ]
        if "ogrn" not in wanted:
            selected.append(sql.SQL("s.ogrn"))
    elif term.of == "fct_submission" or "submission_id" in columns:
        selected.append(sql.SQL("r.submission_id as of_submission_id"))
    conditions: list[sql.Composable] = [sql.SQL("true")]
    values: list[Any] = []
    if has_report and not fact_fields.is_fact(term.of):
        conditions.append(sql.SQL("s.is_counting"))
    for condition in term.conditions:
        if term.is_cumulative and isinstance(condition, Among) and condition.column in PERIODS:
            continue
        text, value = _condition(connection, condition, columns, has_report=has_report, of=term.of)
        conditions.append(text)
        values += value
    ordered = [
        name for name in (*NAMES, "period_code", "school_year", "form_code", "row_no") if name in columns
    ]
    query = sql.SQL("select {} from {} where {}").format(
        sql.SQL(", ").join(selected), tables, sql.SQL(" and ").join(conditions)
    )
    if ordered:
        names = [sql.SQL("r.{}").format(sql.Identifier(name)) for name in ordered]
        query += sql.SQL(" order by ") + sql.SQL(", ").join(names)
    return query, values


def _relation(connection: Connection[Any], term: Term) -> tuple[sql.Composable, frozenset[str], bool]:
    """The rows' table, its columns, and whether each row comes from a report."""
    if "." in term.of:
        form, section = term.of.split(".")
        schema, table = RAW, contract(form).section(section).table
    else:
        schema, table = MARTS, term.of
    found = connection.execute(
        "select attname from pg_attribute where attrelid = to_regclass(%s)"
        " and attnum > 0 and not attisdropped",
        [f"{schema}.{table}"],
    ).fetchall()
    if not found:
        raise NotDescribedError(f"there is no {schema}.{table}: build the warehouse first")
    has_report = schema == RAW or term.submission is not None
    return sql.Identifier(schema, table), frozenset(row[0] for row in found), has_report


def _wanted(term: Term) -> list[str]:
    """The columns of a row that its tree tells of."""
    names = [*NAMES, *term.columns, *([term.distinct] if term.distinct else []), "row_no"]
    if fact_fields.is_fact(term.of):
        names += fact_fields.fact(term.of).row_codes.values()
    else:
        names += SHOWN.get(term.of, ())
    return list(dict.fromkeys(names))


# What a tree says of rows that are no rows of reports.
SHOWN: Mapping[str, tuple[str, ...]] = {
    "reporting_discipline": ("form_code", "period_code", "due_on"),
    "fct_obligation": ("form_code", "period_code", "due_on"),
    "quality_finding": (
        "form_code", "period_code", "rule_id", "severity", "sheet", "cell", "row_no", "field", "received",
        "expected", "message", "file_name",
    ),
    "fct_indicator_value": ("indicator_code", "unit_type", "school_year", "value"),
    "rating_school": ("school_year", "rank", "score"),
    "rating_municipality": ("school_year", "rank", "score"),
    "rating_employment_center": ("school_year", "rank", "score"),
    "rating_spo_college": ("school_year", "rank", "score"),
    "measure_execution_year": ("school_year", "status"),
    "dim_indicator": ("indicator_code", "indicator_name"),
    "dim_measure": ("measure_name",),
    "dim_organisation": ("kind", "name_short"),
    "fct_measure_report": ("form_code", "period_code"),
}  # fmt: skip


def _condition(
    connection: Connection[Any],
    condition: Condition,
    columns: frozenset[str],
    *,
    has_report: bool,
    of: str,
) -> tuple[sql.Composable, list[Any]]:
    match condition:
        case Among(column, values):
            if column in columns:
                named = sql.SQL("r.{}").format(sql.Identifier(column))
            elif has_report and column in OF_REPORT:
                named = sql.SQL("s.{}").format(sql.Identifier(column))
            else:
                raise NotDescribedError(f"{of} has no column {column}, which the figure's key names")
            if not values:
                return sql.SQL("{} is not null").format(named), []
            return sql.SQL("coalesce({}::text, '') = any(%s)").format(named), [list(values)]
        case Standing(municipality, at_year_end):
            return (_AT_YEAR_END if at_year_end else _NOW), [municipality]
        case Territory(column, municipality):
            return _OF_TERRITORY.format(sql.Identifier(column)), [municipality]
        case Unless(mart, school_year):
            return _HAS_NONE.format(sql.Identifier(MARTS, mart)), [school_year]
        case Meeting() | Recommended():
            column, codes = _met(connection, condition)
            return sql.SQL("r.{} = any(%s)").format(sql.Identifier(column)), [codes]


def _met(connection: Connection[Any], condition: Meeting | Recommended) -> tuple[str, list[str]]:
    """What the reference has counted by a rule of its own: the column of the codes, and the codes."""
    from publish.reference.conditions import codes_meeting, units_recommended

    where = condition.region, condition.school_year
    if isinstance(condition, Meeting):
        return "indicator_code", codes_meeting(connection, condition.rule, *where)
    return "unit_code", units_recommended(connection, condition.indicator_code, *where)


_NOW = sql.SQL(
    "r.ogrn in (select o.ogrn from marts.dim_organisation as o"
    " where o.is_current and o.municipality_code = %s)"
)
_AT_YEAR_END = sql.SQL(
    "exists (select from marts.dim_organisation as o"
    " inner join marts.dim_period as y on y.period_code = r.school_year"
    " where o.ogrn = r.ogrn and o.municipality_code = %s"
    " and (y.ends_on >= o.valid_from or o.version_no = 1) and (y.ends_on <= o.valid_to or o.is_current))"
)
_OF_TERRITORY = sql.SQL(
    "left(r.{}, 8) in (select m.oktmo from marts.dim_municipality as m"
    " where m.is_municipality and coalesce(m.parent_code, m.municipality_code) = %s)"
)
_HAS_NONE = sql.SQL(
    "not exists (select from {} as n where n.measure_code = r.measure_code and n.school_year = %s)"
)
