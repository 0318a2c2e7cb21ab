{{ rating_interval(
    scores=ref('drawn_units'),
    direction_scores=ref('direction_scores_in_scope'),
    unit_keys=['unit_code', 'scope'],
    scope_keys=['scope'],
    methodology=ref('all_methodology'),
    directions=ref('all_directions'),
    variants=ref('methodology_variants'),
    direction_count=2,
) }}
