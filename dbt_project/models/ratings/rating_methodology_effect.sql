-- Every methodology with the one that replaces it for a kind of unit, by the school years from which they are valid.
with changes as (
    select
        units.unit_type,
        units.methodology_code as from_methodology_code,
        lead(units.methodology_code) over (
            partition by units.unit_type
            order by methodology.valid_from, units.methodology_code
        ) as to_methodology_code
    from {{ ref('methodology_units') }} as units
    inner join {{ ref('methodology') }} as methodology
        on units.methodology_code = methodology.methodology_code
),

ranked as (
    select
        base_methodology_code as methodology_code,
        region_code,
        school_year,
        unit_type,
        unit_code,
        score,
        {{ comparable_rank() }} as rank,
        is_in_force
    from {{ ref('int_rating__ranked') }}
    where variant_code = 'official'
),

beside as (
    select
        after_change.region_code,
        after_change.school_year,
        after_change.unit_type,
        after_change.unit_code,
        changes.from_methodology_code,
        changes.to_methodology_code,
        before_change.score as from_score,
        after_change.score as to_score,
        before_change.rank as from_rank,
        after_change.rank as to_rank,
        (before_change.rank is not null and after_change.rank is not null) as has_both,
        case
            when after_change.is_in_force then after_change.methodology_code
            else before_change.methodology_code
        end as methodology_code
    from changes
    inner join ranked as before_change
        on
            changes.from_methodology_code = before_change.methodology_code
            and changes.unit_type = before_change.unit_type
    inner join ranked as after_change
        on
            changes.to_methodology_code = after_change.methodology_code
            and before_change.region_code = after_change.region_code
            and before_change.school_year = after_change.school_year
            and before_change.unit_type = after_change.unit_type
            and before_change.unit_code = after_change.unit_code
)
{% set rating = ['to_methodology_code', 'region_code', 'school_year', 'unit_type'] %}
select
    region_code,
    school_year,
    unit_type,
    unit_code,
    from_methodology_code,
    to_methodology_code,
    from_score::numeric(6, 2) as from_score,
    to_score::numeric(6, 2) as to_score,
    (to_score - from_score)::numeric(6, 2) as score_change,
    from_rank,
    to_rank,
    (count(from_rank) over (partition by {{ rating | join(', ') }}))::integer as from_ranked_units,
    (count(to_rank) over (partition by {{ rating | join(', ') }}))::integer as to_ranked_units,
    {{ places_lost('from_rank', 'to_rank', rating) }} as places_gained,
    methodology_code
from beside
