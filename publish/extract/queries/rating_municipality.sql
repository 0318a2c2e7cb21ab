select
    school_year, municipality_code, municipality_name, municipality_type, score, rank, rank_in_group, group_code,
    previous_rank, previous_rank_recomputed, is_ranked, unranked_reason, methodology_code
from public_marts.rating_municipality_public
where region_code = %(region)s and school_year = any(%(school_years)s)
order by school_year, rank nulls last, municipality_code
