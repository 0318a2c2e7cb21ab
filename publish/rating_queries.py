"""Ratings as the documents read them: parametrised queries that return plain rows in a fixed order."""

from __future__ import annotations

from typing import Any, LiteralString

import psycopg
from psycopg.rows import class_row

from publish.mart_rows import Rated
from publish.numbers import previous_school_year

SELECTED: LiteralString = """
    m.municipality_name,
    r.group_code,
    g.group_name,
    r.score,
    r.rank::integer as rank,
    r.rank_in_group::integer as rank_in_group,
    r.previous_rank::integer as previous_rank,
    r.previous_rank_recomputed::integer as previous_rank_recomputed,
    p.methodology_code as previous_methodology_code,
    f.from_rank::integer as rank_by_previous_methodology,
    r.is_ranked,
    r.unranked_reason,
    r.available_weight,
    r.methodology_code
"""
# Beside each row its group, the methodology of last year's place, and this year's place by that methodology.
BESIDE: LiteralString = """
left join reference.methodology_groups as g
    on g.methodology_code = r.methodology_code
    and g.unit_type = %(unit_type)s
    and g.group_code = r.group_code
left join marts.rating_variant as p
    on p.variant_code = 'official'
    and p.is_ranked
    and p.region_code = r.region_code
    and p.school_year = %(previous)s
    and p.unit_type = %(unit_type)s
    and p.unit_code = r.unit_code
left join marts.rating_methodology_effect as f
    on f.region_code = r.region_code
    and f.school_year = r.school_year
    and f.unit_type = %(unit_type)s
    and f.unit_code = r.unit_code
    and f.from_methodology_code = p.methodology_code
    and f.to_methodology_code = r.methodology_code
where r.region_code = %(region)s and r.school_year = %(year)s
"""
OF_ORGANISATIONS: LiteralString = (
    """ as r
inner join marts.dim_organisation as o on o.ogrn = r.unit_code and o.is_current
inner join marts.dim_municipality as m on m.municipality_code = o.municipality_code and m.is_current
"""
    + BESIDE
)
BY_PLACE: LiteralString = " order by r.rank nulls last, o.name_short, r.unit_code"


def _organisations(mart: LiteralString, order: LiteralString) -> LiteralString:
    return (
        "select r.unit_code, o.name_short as unit_name, "
        + SELECTED
        + " from (select t.*, t.ogrn as unit_code from "
        + mart
        + " as t)"
        + OF_ORGANISATIONS
        + order
    )


QUERIES: dict[str, LiteralString] = {
    "municipality": (
        "select r.unit_code, m.municipality_name as unit_name, "
        + SELECTED
        + """
        from (select t.*, t.municipality_code as unit_code from marts.rating_municipality as t) as r
        inner join marts.dim_municipality as m on m.municipality_code = r.unit_code and m.is_current
        """
        + BESIDE
        + " order by r.rank nulls last, m.municipality_name, r.unit_code"
    ),
    "school": _organisations(
        "marts.rating_school",
        " order by g.from_students, r.group_code, r.rank_in_group nulls last, o.name_short, r.unit_code",
    ),
    "employment_center": _organisations("marts.rating_employment_center", BY_PLACE),
    "spo_college": _organisations("marts.rating_spo_college", BY_PLACE),
}


def rating(connection: psycopg.Connection[Any], unit_type: str, region: str, school_year: str) -> list[Rated]:
    """The rating of a kind of unit: by place, schools by group and place in it; those without one come last.

    `unit_type` is municipality, school, employment_center or spo_college.
    """
    asked = {
        "unit_type": unit_type,
        "region": region,
        "year": school_year,
        "previous": previous_school_year(school_year),
    }
    with connection.cursor(row_factory=class_row(Rated)) as cursor:
        return cursor.execute(QUERIES[unit_type], asked).fetchall()
