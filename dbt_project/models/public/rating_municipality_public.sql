-- A score is a sum over indicators: it is withheld, and its place with it, where it would tell of a few people.
with decided as (
    select
        ratings.region_code,
        ratings.school_year,
        ratings.municipality_code,
        ratings.score,
        ratings.rank,
        ratings.rank_in_group,
        ratings.group_code,
        ratings.previous_rank_recomputed,
        ratings.is_ranked,
        ratings.unranked_reason,
        ratings.methodology_code,
        ratings.score is not null and not coalesce(cells.is_shown, false) as is_withheld
    from {{ ref('rating_municipality') }} as ratings
    left join {{ source('ledger', 'disclosure_cell') }} as cells
        on
            cells.table_name = 'rating'
            and cells.unit_type = 'municipality'
            and ratings.municipality_code = cells.unit_code
            and cells.item = 'score'
            and ratings.region_code = cells.region_code
            and ratings.school_year = cells.school_year
            and cells.value = ratings.score::double precision
)

select
    ratings.region_code,
    ratings.school_year,
    ratings.municipality_code,
    municipalities.municipality_name,
    municipalities.municipality_type,
    case when not ratings.is_withheld then ratings.score end as score,
    case when not ratings.is_withheld then ratings.rank end as rank,
    case when not ratings.is_withheld then ratings.rank_in_group end as rank_in_group,
    ratings.group_code,
    case when not previous.is_withheld then previous.rank end as previous_rank,
    case when not ratings.is_withheld then ratings.previous_rank_recomputed end as previous_rank_recomputed,
    ratings.is_ranked,
    ratings.unranked_reason,
    ratings.is_withheld as is_suppressed,
    ratings.methodology_code
from decided as ratings
inner join {{ ref('dim_municipality') }} as municipalities
    on
        ratings.municipality_code = municipalities.municipality_code
        and municipalities.is_current
left join decided as previous
    on
        ratings.region_code = previous.region_code
        and ratings.municipality_code = previous.municipality_code
        and {{ previous_school_year('ratings.school_year') }} = previous.school_year
