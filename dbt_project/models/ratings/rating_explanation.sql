with ranked as (
    select
        methodology_code,
        base_methodology_code,
        region_code,
        school_year,
        unit_type,
        unit_code,
        score,
        rank,
        rank_in_group,
        group_code,
        is_ranked,
        unranked_reason,
        available_weight,
        is_in_force,
        {{ comparable_rank() }} as comparable_rank
    from {{ ref('int_rating__ranked') }}
    where variant_code = 'official'
),

places as (
    select
        region_code,
        school_year,
        unit_type,
        score,
        rank,
        lag(rank) over ladder as next_rank,
        lag(score) over ladder as next_score,
        (sum(count(*)) over (partition by region_code, school_year, unit_type))::integer as ranked_units
    from ranked
    where is_in_force and is_ranked
    group by
        region_code,
        school_year,
        unit_type,
        score,
        rank
    window ladder as (partition by region_code, school_year, unit_type order by score desc)
),

intervals as (
    select
        region_code,
        school_year,
        unit_type,
        unit_code,
        min(rank_from) as rank_from,
        max(rank_to) as rank_to
    from {{ ref('rating_variant') }}
    group by
        region_code,
        school_year,
        unit_type,
        unit_code
),

units as (
    select
        ranked.methodology_code,
        ranked.base_methodology_code,
        ranked.region_code,
        ranked.school_year,
        ranked.unit_type,
        ranked.unit_code,
        ranked.score,
        ranked.rank,
        places.ranked_units,
        ranked.rank_in_group,
        ranked.group_code,
        intervals.rank_from,
        intervals.rank_to,
        published.rank as previous_rank,
        recomputed.comparable_rank as previous_rank_recomputed,
        places.next_rank,
        places.next_score,
        places.next_score - ranked.score as score_to_next_rank,
        ranked.is_ranked,
        ranked.unranked_reason,
        ranked.available_weight
    from ranked
    left join places
        on
            ranked.is_ranked
            and ranked.region_code = places.region_code
            and ranked.school_year = places.school_year
            and ranked.unit_type = places.unit_type
            and ranked.score = places.score
    left join intervals
        on
            ranked.region_code = intervals.region_code
            and ranked.school_year = intervals.school_year
            and ranked.unit_type = intervals.unit_type
            and ranked.unit_code = intervals.unit_code
    left join ranked as published
        on
            published.is_in_force
            and ranked.region_code = published.region_code
            and ranked.unit_type = published.unit_type
            and ranked.unit_code = published.unit_code
            and {{ previous_school_year('ranked.school_year') }} = published.school_year
    left join ranked as recomputed
        on
            ranked.methodology_code = recomputed.methodology_code
            and ranked.region_code = recomputed.region_code
            and ranked.unit_type = recomputed.unit_type
            and ranked.unit_code = recomputed.unit_code
            and {{ previous_school_year('ranked.school_year') }} = recomputed.school_year
    where ranked.is_in_force
),

-- With arithmetic means and goalposts every unit of a value between them is worth the same; elsewhere it depends on
-- where the value and the others stand, and no single number is given.
parts as (
    select
        weighted.methodology_code,
        weighted.region_code,
        weighted.school_year,
        weighted.unit_type,
        weighted.unit_code,
        weighted.indicator_code,
        weighted.direction_no,
        weighted.missing_reason,
        weighted.treatment,
        weighted.normalised,
        weighted.weight,
        weighted.contribution,
        weighted.value,
        indicators.goalpost_low,
        indicators.goalpost_high,
        indicators.is_inverse,
        {{ rating_round(
            'case when weighted.normalised is not null '
            ~ 'then weighted.weight * schemes.score_scale - weighted.contribution end',
            var('value_decimals')
        ) }} as points_lost,
        case
            when
                weighted.contribution is not null
                and weighted.normalised is not null
                and indicators.normalisation = 'goalposts'
                and indicators.transform = 'none'
                then
                    weighted.weight * schemes.score_scale
                    / (indicators.goalpost_high - indicators.goalpost_low)
        end as points_per_unit
    from {{ ref('int_rating__weighted') }} as weighted
    inner join {{ ref('int_rating__scheme') }} as schemes
        on weighted.methodology_code = schemes.methodology_code
    inner join {{ ref('int_rating__scheme_indicator') }} as indicators
        on
            weighted.methodology_code = indicators.methodology_code
            and weighted.indicator_code = indicators.indicator_code
),

-- How far the value may still rise (an inverse one: fall) and where one place higher would begin.
reaching as (
    select
        parts.methodology_code,
        parts.region_code,
        parts.school_year,
        parts.unit_type,
        parts.unit_code,
        parts.indicator_code,
        parts.direction_no,
        parts.missing_reason,
        parts.treatment,
        parts.normalised,
        parts.weight,
        parts.contribution,
        parts.value,
        parts.goalpost_low,
        parts.goalpost_high,
        parts.is_inverse,
        parts.points_lost,
        parts.points_per_unit,
        units.base_methodology_code,
        units.score,
        units.rank,
        units.ranked_units,
        units.rank_in_group,
        units.group_code,
        units.rank_from,
        units.rank_to,
        units.previous_rank,
        units.previous_rank_recomputed,
        units.next_rank,
        units.next_score,
        units.score_to_next_rank,
        units.is_ranked,
        units.unranked_reason,
        units.available_weight,
        case
            when parts.value is null then null
            when parts.is_inverse then greatest(parts.value - parts.goalpost_low, 0)
            else greatest(parts.goalpost_high - parts.value, 0)
        end as value_gap,
        case
            when units.score_to_next_rank > parts.points_lost or parts.value is null then null
            when parts.is_inverse
                then
                    least(parts.value, parts.goalpost_high)
                    - units.score_to_next_rank / nullif(parts.points_per_unit, 0)
            else
                greatest(parts.value, parts.goalpost_low)
                + units.score_to_next_rank / nullif(parts.points_per_unit, 0)
        end as value_for_next_rank
    from parts
    inner join units
        on
            parts.methodology_code = units.methodology_code
            and parts.region_code = units.region_code
            and parts.school_year = units.school_year
            and parts.unit_type = units.unit_type
            and parts.unit_code = units.unit_code
)

select
    reaching.region_code,
    reaching.school_year,
    reaching.unit_type,
    reaching.unit_code,
    reaching.indicator_code,
    reaching.direction_no,
    reaching.value::numeric(18, 6) as value,
    reaching.missing_reason,
    case when reaching.missing_reason is not null then reaching.treatment end as missing_treatment,
    reaching.goalpost_low,
    reaching.goalpost_high,
    reaching.is_inverse,
    {{ rating_round('reaching.normalised', var('value_decimals')) }} as normalised,
    {{ rating_round('reaching.weight', var('value_decimals')) }} as weight,
    {{ rating_round('reaching.contribution', var('value_decimals')) }} as contribution,
    reaching.points_lost,
    {{ rating_round('reaching.points_per_unit', var('value_decimals')) }} as points_per_unit,
    reaching.value_gap::numeric(18, 6) as value_gap,
    {{ rating_round('reaching.value_for_next_rank', var('value_decimals')) }} as value_for_next_rank,
    {{ rating_round('directions.direction_score', var('value_decimals')) }} as direction_score,
    {{ rating_round('directions.weight', var('value_decimals')) }} as direction_weight,
    reaching.score::numeric(6, 2) as score,
    reaching.rank,
    reaching.ranked_units,
    reaching.rank_in_group,
    reaching.group_code,
    reaching.rank_from,
    reaching.rank_to,
    reaching.previous_rank,
    reaching.previous_rank_recomputed,
    reaching.next_rank,
    reaching.next_score::numeric(6, 2) as next_score,
    reaching.score_to_next_rank::numeric(6, 2) as score_to_next_rank,
    reaching.is_ranked,
    reaching.unranked_reason,
    {{ rating_round('reaching.available_weight', 4) }}::numeric(5, 4) as available_weight,
    reaching.base_methodology_code as methodology_code
from reaching
inner join {{ ref('int_rating__direction') }} as directions
    on
        reaching.methodology_code = directions.methodology_code
        and reaching.region_code = directions.region_code
        and reaching.school_year = directions.school_year
        and reaching.unit_type = directions.unit_type
        and reaching.unit_code = directions.unit_code
        and reaching.direction_no = directions.direction_no
