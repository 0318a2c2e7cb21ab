{{ rating_rank(
    scores=ref('int_rating__grouped'),
    scope_keys=['region_code', 'school_year', 'unit_type'],
) }}
