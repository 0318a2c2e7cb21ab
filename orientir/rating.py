"""Why a school, municipality, employment centre or college has the place it has, read from the marts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, LiteralString, TypeVar

from psycopg.rows import class_row

from orientir.failures import USAGE, CommandError
from orientir.municipality_codes import unit_key

if TYPE_CHECKING:
    from psycopg import Connection

Row = TypeVar("Row")


class NotRatedError(CommandError):
    """No rating of this kind and school year has this unit."""

    exit_code = USAGE


@dataclass(frozen=True)
class Published:
    """A rating that the marts hold."""

    unit_type: str
    region_code: str
    school_year: str
    methodology_code: str
    units: int
    ranked: int


@dataclass(frozen=True)
class Place:
    """A unit's place with everything that is said of it as a whole."""

    region_code: str
    region_name: str
    school_year: str
    unit_type: str
    unit_code: str
    unit_name: str
    oktmo: str | None
    methodology_code: str
    methodology_name: str
    legal_basis: str
    min_available_weight: Decimal
    score: Decimal | None
    rank: int | None
    ranked_units: int | None
    rank_in_group: int | None
    group_name: str | None
    rank_from: int | None
    rank_to: int | None
    previous_rank: int | None
    previous_rank_recomputed: int | None
    previous_methodology_code: str | None
    next_rank: int | None
    next_score: Decimal | None
    score_to_next_rank: Decimal | None
    is_ranked: bool
    unranked_reason: str | None
    available_weight: Decimal


@dataclass(frozen=True)
class IndicatorPart:
    """What one indicator brought, could bring, and costs."""

    indicator_code: str
    indicator_name: str
    unit: str
    is_inverse: bool
    direction_no: int
    direction_name: str
    direction_score: Decimal | None
    direction_weight: Decimal | None
    value: Decimal | None
    missing_reason: str | None
    reason_name: str | None
    missing_treatment: str | None
    goalpost_low: Decimal
    goalpost_high: Decimal
    normalised: Decimal | None
    weight: Decimal
    contribution: Decimal | None
    points_lost: Decimal | None
    points_per_unit: Decimal | None
    value_gap: Decimal | None
    value_for_next_rank: Decimal | None


@dataclass(frozen=True)
class Variant:
    """The unit's place when the rating is computed in another way."""

    variant_code: str
    variant_name: str
    score: Decimal | None
    rank: int | None
    ranked_units: int
    rank_shift: int | None
    rank_from: int | None
    rank_to: int | None


@dataclass(frozen=True)
class MethodologyEffect:
    """The same values by an earlier and a later methodology."""

    from_methodology_code: str
    to_methodology_code: str
    change_summary: str
    from_score: Decimal | None
    to_score: Decimal | None
    score_change: Decimal | None
    from_rank: int | None
    to_rank: int | None
    from_ranked_units: int
    to_ranked_units: int


@dataclass(frozen=True)
class Explanation:
    """Everything that can be said of one place."""

    place: Place
    parts: list[IndicatorPart]
    variants: list[Variant]
    effects: list[MethodologyEffect]


PUBLISHED: LiteralString = """
select
    unit_type, region_code, school_year, methodology_code,
    count(*)::integer as units, (count(*) filter (where is_ranked))::integer as ranked
from marts.rating_variant
where variant_code = 'official'
group by unit_type, region_code, school_year, methodology_code
order by unit_type desc, region_code, school_year desc
"""

PLACE: LiteralString = """
select distinct
    e.region_code, r.region_name, e.school_year, e.unit_type, e.unit_code,
    coalesce(o.name_short, m.municipality_name, e.unit_code) as unit_name, m.oktmo,
    e.methodology_code, w.methodology_name, w.legal_basis, w.min_available_weight,
    e.score, e.rank, e.ranked_units, e.rank_in_group, g.group_name, e.rank_from, e.rank_to,
    e.previous_rank, e.previous_rank_recomputed,
    p.methodology_code as previous_methodology_code, e.next_rank, e.next_score, e.score_to_next_rank,
    e.is_ranked, e.unranked_reason, e.available_weight
from marts.rating_explanation as e
join marts.dim_region as r using (region_code)
join marts.dim_period as y on y.period_code = e.school_year
join reference.methodology as w using (methodology_code)
left join marts.dim_organisation as o
    on e.unit_type <> 'municipality' and o.ogrn = e.unit_code and o.is_current
left join marts.dim_municipality as m
    on e.unit_type = 'municipality' and m.municipality_code = e.unit_code
    -- named and coded as it was when the school year ended
    and y.ends_on between m.valid_from and coalesce(m.valid_to, y.ends_on)
left join reference.methodology_groups as g
    on g.methodology_code = e.methodology_code and g.unit_type = e.unit_type and g.group_code = e.group_code
left join marts.rating_variant as p
    on p.variant_code = 'official'
    and p.unit_type = e.unit_type and p.region_code = e.region_code and p.unit_code = e.unit_code
    and right(p.school_year, 4) = left(e.school_year, 4)
where e.unit_type = %(rating)s and e.school_year = %(period)s and e.unit_code = %(unit)s
"""

PARTS: LiteralString = """
select
    e.indicator_code, i.indicator_name, i.unit, e.is_inverse, e.direction_no, d.direction_name,
    e.direction_score, e.direction_weight, e.value, e.missing_reason, n.reason_name, e.missing_treatment,
    e.goalpost_low, e.goalpost_high, e.normalised, e.weight, e.contribution, e.points_lost,
    e.points_per_unit, e.value_gap, e.value_for_next_rank
from marts.rating_explanation as e
join marts.dim_indicator as i using (indicator_code)
join reference.directions as d on d.direction_no = e.direction_no
left join reference.missing_reasons as n on n.missing_reason = e.missing_reason
where e.unit_type = %(rating)s and e.school_year = %(period)s and e.unit_code = %(unit)s
order by e.direction_no, i.sort_no
"""

VARIANTS: LiteralString = """
select
    v.variant_code, w.variant_name, v.score, v.rank, v.ranked_units, v.rank_shift, v.rank_from, v.rank_to
from marts.rating_variant as v
join reference.methodology_variants as w using (variant_code)
where v.unit_type = %(rating)s and v.school_year = %(period)s and v.unit_code = %(unit)s
order by w.sort_no
"""

EFFECTS: LiteralString = """
select
    f.from_methodology_code, f.to_methodology_code, w.change_summary, f.from_score, f.to_score,
    f.score_change, f.from_rank, f.to_rank, f.from_ranked_units, f.to_ranked_units
from marts.rating_methodology_effect as f
join reference.methodology as w on w.methodology_code = f.to_methodology_code
where f.unit_type = %(rating)s and f.school_year = %(period)s and f.unit_code = %(unit)s
order by w.valid_from
"""


def published() -> list[Published]:
    """Ratings that the marts hold, the latest school year first."""
    from warehouse.connection import connect

    with connect("auditor") as connection:
        return _rows(connection, Published, PUBLISHED, {})


def explain(rating: str, period: str, unit: str) -> Explanation:
    """Explain the place of a unit: OGRN of a school, centre or college, any OKTMO a municipality has had.

    Raises NotRatedError.
    """
    from warehouse.connection import connect

    with connect("auditor") as connection:
        asked = {"rating": rating, "period": period, "unit": unit_key(connection, unit)}
        places = _rows(connection, Place, PLACE, asked)
        if not places:
            raise NotRatedError(
                f"no {rating} {unit} is rated in {period}",
                hint="units are OGRN of organisations and OKTMO of municipalities: marts.rating_variant; "
                "`orientir rating list` shows the periods",
            )
        return Explanation(
            place=places[0],
            parts=_rows(connection, IndicatorPart, PARTS, asked),
            variants=_rows(connection, Variant, VARIANTS, asked),
            effects=_rows(connection, MethodologyEffect, EFFECTS, asked),
        )


def _rows(
    connection: Connection[Any], row: type[Row], query: LiteralString, asked: dict[str, str]
) -> list[Row]:
    with connection.cursor(row_factory=class_row(row)) as cursor:
        return cursor.execute(query, asked).fetchall()
