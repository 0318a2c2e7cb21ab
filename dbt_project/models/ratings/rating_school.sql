with ranked as (
    select
        methodology_code,
        region_code,
        school_year,
        unit_code,
        score,
        rank,
        rank_in_group,
        group_code,
        is_ranked,
        unranked_reason,
        available_weight
    from {{ ref('int_rating__ranked') }}
    where unit_type = 'school' and variant_code = 'official' and is_in_force
)

select
    ranked.region_code,
    ranked.school_year,
    ranked.unit_code as ogrn,
    ranked.score::numeric(6, 2) as score,
    ranked.rank,
    ranked.rank_in_group,
    ranked.group_code,
    previous.rank as previous_rank,
    ranked.is_ranked,
    ranked.unranked_reason,
    ranked.available_weight::numeric(5, 4) as available_weight,
    ranked.methodology_code
from ranked
left join ranked as previous
    on
        ranked.region_code = previous.region_code
        and ranked.unit_code = previous.unit_code
        and {{ previous_school_year('ranked.school_year') }} = previous.school_year
