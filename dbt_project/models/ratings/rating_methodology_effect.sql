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
        rank,
        group_code,
        is_in_force
    from {{ ref('int_rating__ranked') }}
    where variant_code = 'official'
)

select
    after_change.region_code,
    after_change.school_year,
    after_change.unit_type,
    after_change.unit_code,
    changes.from_methodology_code,
    changes.to_methodology_code,
    before_change.score::numeric(6, 2) as from_score,
    after_change.score::numeric(6, 2) as to_score,
    (after_change.score - before_change.score)::numeric(6, 2) as score_change,
    before_change.rank as from_rank,
    after_change.rank as to_rank,
    before_change.rank - after_change.rank as places_gained,
    case when after_change.is_in_force then after_change.methodology_code else before_change.methodology_code end
        as methodology_code
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
