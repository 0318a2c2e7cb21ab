select
    ratings.region_code,
    ratings.school_year,
    ratings.municipality_code,
    municipalities.municipality_name,
    municipalities.municipality_type,
    ratings.score,
    ratings.rank,
    ratings.rank_in_group,
    ratings.group_code,
    ratings.previous_rank,
    ratings.previous_rank_recomputed,
    ratings.is_ranked,
    ratings.unranked_reason,
    ratings.methodology_code
from {{ ref('rating_municipality') }} as ratings
inner join {{ ref('dim_municipality') }} as municipalities
    on
        ratings.municipality_code = municipalities.municipality_code
        and municipalities.is_current
