{{ rating_normalise(
    values=ref('all_values'),
    unit_keys=['unit_code'],
    methodology=ref('all_methodology'),
    directions=ref('all_directions'),
    indicators=ref('all_indicators'),
    missing=ref('methodology_missing'),
) }}
