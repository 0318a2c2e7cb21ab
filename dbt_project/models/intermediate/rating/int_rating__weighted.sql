{{ rating_weigh(
    normalised=ref('int_rating__normalised'),
    unit_keys=['region_code', 'school_year', 'unit_type', 'unit_code'],
    methodology=ref('int_rating__scheme'),
) }}
