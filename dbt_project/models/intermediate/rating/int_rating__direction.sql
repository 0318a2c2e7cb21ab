{{ rating_direction_score(
    weighted=ref('int_rating__weighted'),
    unit_keys=['region_code', 'school_year', 'unit_type', 'unit_code'],
    methodology=ref('int_rating__scheme'),
) }}
