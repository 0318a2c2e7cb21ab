-- Every methodology with the one that replaces it, by the school years from which they are valid.
with changes as (
    select
        methodology_code as from_methodology_code,
        lead(methodology_code) over (order by valid_from, methodology_code) as to_methodology_code
    from {{ ref('methodology') }}
),

ranked as (
    select
        methodology_code,
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
    on changes.from_methodology_code = before_change.methodology_code
inner join ranked as after_change
    on
        changes.to_methodology_code = after_change.methodology_code
        and before_change.region_code = after_change.region_code
        and before_change.school_year = after_change.school_year
        and before_change.unit_type = after_change.unit_type
        and before_change.unit_code = after_change.unit_code
