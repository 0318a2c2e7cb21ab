{{ rating_score(
    direction_scores=ref('int_rating__direction'),
    unit_keys=['region_code', 'school_year', 'unit_type', 'unit_code'],
    methodology=ref('int_rating__scheme'),
) }}
