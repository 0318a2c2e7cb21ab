-- No figure of an organisation is public beside its score, so that the score tells no number of people.
select
    ratings.region_code,
    ratings.school_year,
    ratings.ogrn,
    organisations.name_short,
    municipalities.municipality_name,
    ratings.score,
    ratings.rank,
    ratings.rank_in_group,
    ratings.group_code,
    ratings.previous_rank,
    ratings.previous_rank_recomputed,
    ratings.is_ranked,
    ratings.unranked_reason,
    ratings.methodology_code
from {{ ref('rating_employment_center') }} as ratings
inner join {{ ref('dim_organisation') }} as organisations
    on
        ratings.ogrn = organisations.ogrn
        and organisations.is_current
inner join {{ ref('dim_municipality') }} as municipalities
    on
        organisations.municipality_code = municipalities.municipality_code
        and municipalities.is_current
