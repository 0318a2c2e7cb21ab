{{ rating_direction_score(
    weighted=ref('weighted'), unit_keys=['unit_code'], methodology=ref('all_methodology')
) }}
