{{ rating_normalise(
    values=ref('int_rating__input'),
    unit_keys=['region_code', 'school_year', 'unit_type', 'unit_code'],
    methodology=ref('methodology'),
    directions=ref('methodology_directions'),
    indicators=ref('methodology_indicators'),
    missing=ref('methodology_missing'),
) }}
