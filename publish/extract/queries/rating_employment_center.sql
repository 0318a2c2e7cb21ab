select
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
from marts.rating_employment_center as ratings
inner join marts.dim_organisation as organisations
    on ratings.ogrn = organisations.ogrn and organisations.is_current
inner join marts.dim_municipality as municipalities
    on organisations.municipality_code = municipalities.municipality_code and municipalities.is_current
where ratings.region_code = %(region)s and ratings.school_year = any(%(school_years)s)
order by ratings.school_year, ratings.rank nulls last, ratings.ogrn
