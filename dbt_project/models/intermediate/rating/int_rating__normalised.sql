{{ config(materialized='ephemeral') }}

{{ rating_normalise(
    values=ref('int_rating__input'),
    unit_keys=['region_code', 'school_year', 'unit_type', 'unit_code'],
    methodology=ref('int_rating__scheme'),
    directions=ref('int_rating__scheme_direction'),
    indicators=ref('int_rating__scheme_indicator'),
    missing=ref('int_rating__scheme_missing'),
) }}
