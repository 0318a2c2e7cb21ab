"""What the documents read from the marts: parametrised queries that return plain rows, never a table whole.

Every function takes an open connection of the role `analyst` or `auditor` and gives rows in a fixed order,
so that a document made from them does not depend on how the database happened to store them.
"""

from __future__ import annotations

from typing import Any, LiteralString, TypeVar

import psycopg
from psycopg.rows import class_row

from publish.mart_rows import (
    Contingent,
    Destination,
    Discipline,
    Inclusion,
    Indicator,
    IndicatorValue,
    Intention,
    Measure,
    MeasureExecution,
    Municipality,
    Organisation,
    OrganisationCount,
    RuleCount,
    ServicePlan,
    SilentOrganisation,
)

Row = TypeVar("Row")


def _rows(
    connection: psycopg.Connection[Any], row: type[Row], query: LiteralString, parameters: dict[str, Any]
) -> list[Row]:
    with connection.cursor(row_factory=class_row(row)) as cursor:
        return cursor.execute(query, parameters).fetchall()


def indicators(connection: psycopg.Connection[Any]) -> list[Indicator]:
    """All indicators in the order of the methodology."""
    return _rows(
        connection,
        Indicator,
        """
        select
            indicator_code as code,
            sort_no,
            direction_no,
            direction_name,
            indicator_name as name,
            definition,
            formula,
            unit,
            value_scale,
            source_forms,
            rolled_up_from,
            good_direction
        from marts.dim_indicator
        order by sort_no, indicator_code
        """,
        {},
    )


def indicator_values(
    connection: psycopg.Connection[Any], region: str, school_years: list[str], unit_types: list[str]
) -> list[IndicatorValue]:
    """Values of the region's units of the given types in the given school years."""
    return _rows(
        connection,
        IndicatorValue,
        """
        select
            indicator_code, unit_type, unit_code, school_year, numerator, denominator, value, missing_reason
        from marts.fct_indicator_value
        where region_code = %(region)s and school_year = any(%(years)s) and unit_type = any(%(types)s)
        order by indicator_code, unit_type, unit_code, school_year
        """,
        {"region": region, "years": school_years, "types": unit_types},
    )


def municipalities(connection: psycopg.Connection[Any], region: str) -> list[Municipality]:
    """Municipalities of the region that have organisations, by name."""
    return _rows(
        connection,
        Municipality,
        """
        select m.municipality_code as code, m.municipality_name as name
        from marts.dim_municipality as m
        where
            m.region_code = %(region)s
            and m.is_current
            and exists (
                select from marts.dim_organisation as o
                where o.municipality_code = m.municipality_code and o.is_current
            )
        order by name, m.municipality_code
        """,
        {"region": region},
    )


def organisation_counts(connection: psycopg.Connection[Any], region: str) -> list[OrganisationCount]:
    """Organisations of the region by kind."""
    return _rows(
        connection,
        OrganisationCount,
        """
        select kind, count(*)::integer as organisations
        from marts.dim_organisation
        where region_code = %(region)s and is_current
        group by kind
        order by kind
        """,
        {"region": region},
    )


def discipline(connection: psycopg.Connection[Any], region: str, school_years: list[str]) -> list[Discipline]:
    """Reporting discipline by municipality and form."""
    return _rows(
        connection,
        Discipline,
        """
        select
            d.municipality_code,
            d.form_code,
            d.school_year,
            sum(d.expected)::integer as expected,
            sum(d.submitted)::integer as submitted,
            sum(d.on_time)::integer as on_time,
            sum(d.accepted)::integer as accepted,
            sum(d.rejected)::integer as rejected
        from marts.reporting_discipline_municipality as d
        where d.region_code = %(region)s and d.school_year = any(%(years)s)
        group by d.municipality_code, d.form_code, d.school_year
        order by d.municipality_code, d.form_code, d.school_year
        """,
        {"region": region, "years": school_years},
    )


def silent_organisations(
    connection: psycopg.Connection[Any], region: str, school_year: str
) -> list[SilentOrganisation]:
    """Organisations that left reports of the school year unsubmitted, those with the most missing first."""
    return _rows(
        connection,
        SilentOrganisation,
        """
        select
            o.ogrn,
            o.name_short,
            o.kind,
            o.municipality_code,
            m.municipality_name,
            sum(d.expected)::integer as expected,
            sum(d.expected - d.submitted)::integer as missing,
            string_agg(distinct d.form_code, ', ' order by d.form_code)
                filter (where d.submitted < d.expected) as forms
        from marts.reporting_discipline as d
        inner join marts.dim_organisation as o on o.ogrn = d.ogrn and o.is_current
        inner join marts.dim_municipality as m on m.municipality_code = o.municipality_code and m.is_current
        where d.region_code = %(region)s and d.school_year = %(year)s
        group by o.ogrn, o.name_short, o.kind, o.municipality_code, m.municipality_name
        having sum(d.expected - d.submitted) > 0
        order by missing desc, m.municipality_name, o.name_short, o.ogrn
        """,
        {"region": region, "year": school_year},
    )


def intentions(connection: psycopg.Connection[Any], region: str, school_years: list[str]) -> list[Intention]:
    """Intentions of the region's graduates by school year and grade."""
    return _rows(
        connection,
        Intention,
        """
        select
            f.school_year,
            f.grade::integer as grade,
            count(*)::integer as schools,
            coalesce(sum(f.graduates), 0)::integer as graduates,
            coalesce(sum(f.surveyed), 0)::integer as surveyed,
            coalesce(sum(f.to_grade_10), 0)::integer as to_grade_10,
            coalesce(sum(f.to_spo), 0)::integer as to_spo,
            coalesce(sum(f.to_university), 0)::integer as to_university,
            coalesce(sum(f.to_work), 0)::integer as to_work,
            coalesce(sum(f.to_army), 0)::integer as to_army,
            coalesce(sum(f.undecided), 0)::integer as undecided,
            coalesce(sum(f.to_other_region), 0)::integer as to_other_region
        from marts.fct_intention as f
        inner join marts.dim_organisation as o on o.ogrn = f.ogrn and o.is_current
        where o.region_code = %(region)s and f.school_year = any(%(years)s)
        group by f.school_year, f.grade
        order by f.school_year, f.grade
        """,
        {"region": region, "years": school_years},
    )


def destinations(
    connection: psycopg.Connection[Any], region: str, school_years: list[str]
) -> list[Destination]:
    """Where the region's graduates went, by the school year of graduation and by grade."""
    return _rows(
        connection,
        Destination,
        """
        select
            f.school_year,
            f.grade::integer as grade,
            count(*)::integer as schools,
            coalesce(sum(f.graduates), 0)::integer as graduates,
            coalesce(sum(f.to_grade_10), 0)::integer as to_grade_10,
            coalesce(sum(f.to_spo), 0)::integer as to_spo,
            coalesce(sum(f.to_university), 0)::integer as to_university,
            coalesce(sum(f.to_work), 0)::integer as to_work,
            coalesce(sum(f.to_army), 0)::integer as to_army,
            coalesce(sum(f.not_placed), 0)::integer as not_placed,
            coalesce(sum(f.to_other_region), 0)::integer as to_other_region,
            coalesce(sum(f.entered_as_intended), 0)::integer as entered_as_intended
        from marts.fct_destination as f
        inner join marts.dim_organisation as o on o.ogrn = f.ogrn and o.is_current
        where o.region_code = %(region)s and f.school_year = any(%(years)s)
        group by f.school_year, f.grade
        order by f.school_year, f.grade
        """,
        {"region": region, "years": school_years},
    )


def inclusion(connection: psycopg.Connection[Any], region: str, school_years: list[str]) -> list[Inclusion]:
    """Pupils with disabilities by school year and municipality."""
    return _rows(
        connection,
        Inclusion,
        """
        select
            f.school_year,
            o.municipality_code,
            count(distinct f.ogrn)::integer as schools,
            coalesce(sum(f.students_ovz), 0)::integer as students_ovz,
            coalesce(sum(f.included_ovz), 0)::integer as included_ovz,
            coalesce(sum(f.trial_ovz), 0)::integer as trial_ovz,
            coalesce(sum(f.disabled_outside_ovz), 0)::integer as disabled_outside_ovz,
            coalesce(sum(f.included_disabled), 0)::integer as included_disabled,
            coalesce(sum(f.with_plan), 0)::integer as with_plan
        from marts.fct_inclusion as f
        inner join marts.dim_organisation as o on o.ogrn = f.ogrn and o.is_current
        where o.region_code = %(region)s and f.school_year = any(%(years)s)
        group by f.school_year, o.municipality_code
        order by f.school_year, o.municipality_code
        """,
        {"region": region, "years": school_years},
    )


def service_plans(connection: psycopg.Connection[Any], region: str, school_year: str) -> list[ServicePlan]:
    """The state service against its plan: December of the school year closes the year of the assignment."""
    return _rows(
        connection,
        ServicePlan,
        """
        select ogrn, period_code, service_plan_year, service_fact_cumulative
        from marts.fct_state_service
        where region_code = %(region)s and period_code = left(%(year)s, 4) || '-12'
        order by ogrn
        """,
        {"region": region, "year": school_year},
    )


def organisations(connection: psycopg.Connection[Any], region: str) -> list[Organisation]:
    """Organisations of the region by kind and name."""
    return _rows(
        connection,
        Organisation,
        """
        select ogrn, name_short, kind, municipality_code
        from marts.dim_organisation
        where region_code = %(region)s and is_current
        order by kind, name_short, ogrn
        """,
        {"region": region},
    )


def contingent(connection: psycopg.Connection[Any], region: str, school_years: list[str]) -> list[Contingent]:
    """Pupils of grades 6-11 by school year."""
    return _rows(
        connection,
        Contingent,
        """
        select
            f.school_year,
            count(distinct f.ogrn)::integer as schools,
            coalesce(sum(f.students), 0)::integer as students,
            coalesce(sum(f.students_ovz), 0)::integer as students_ovz
        from marts.fct_contingent as f
        inner join marts.dim_organisation as o on o.ogrn = f.ogrn and o.is_current
        where o.region_code = %(region)s and f.school_year = any(%(years)s)
        group by f.school_year
        order by f.school_year
        """,
        {"region": region, "years": school_years},
    )


def rule_counts(connection: psycopg.Connection[Any], region: str, school_year: str) -> list[RuleCount]:
    """Findings of the school year by rule, critical first, the most frequent first."""
    return _rows(
        connection,
        RuleCount,
        """
        select
            q.form_code,
            q.rule_id,
            q.severity,
            min(q.message) as example,
            count(*)::integer as findings,
            count(distinct q.ogrn)::integer as organisations
        from marts.quality_finding as q
        where q.region_code = %(region)s and q.school_year = %(year)s
        group by q.form_code, q.rule_id, q.severity
        order by q.severity, findings desc, q.rule_id, q.form_code
        """,
        {"region": region, "year": school_year},
    )


def measure_executions(
    connection: psycopg.Connection[Any], region: str, school_year: str
) -> list[MeasureExecution]:
    """Every measure of the region's road map in its order, as it was carried out in the school year."""
    return _rows(
        connection,
        MeasureExecution,
        """
        select
            m.measure_code as code,
            m.measure_name as name,
            m.direction_no,
            m.direction_title,
            coalesce(e.status, 'not_planned') as status,
            e.reports_expected,
            e.reports_accepted,
            e.evidence_submissions,
            e.events,
            e.participants,
            e.documents
        from marts.dim_measure as m
        left join marts.measure_execution_year as e
            on e.measure_code = m.measure_code and e.school_year = %(year)s
        where m.region_code = %(region)s and not m.is_header
        order by
            m.direction_no,
            string_to_array(regexp_replace(m.measure_code, '[^0-9.]', '', 'g'), '.')::integer[],
            m.measure_code
        """,
        {"region": region, "year": school_year},
    )


def measure(connection: psycopg.Connection[Any], code: str) -> Measure:
    """One measure of a road map by its code, e.g. Ч1.9.

    Raises LookupError when the mart does not hold it.
    """
    found = _rows(
        connection,
        Measure,
        "select measure_code as code, measure_name as name"
        " from marts.dim_measure where measure_code = %(code)s",
        {"code": code},
    )
    if not found:
        raise LookupError(
            f"marts.dim_measure has no measure {code!r}: load the seed roadmap_measures and rebuild"
        )
    return found[0]
