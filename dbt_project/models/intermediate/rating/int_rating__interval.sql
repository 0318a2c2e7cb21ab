{{ config(materialized='ephemeral') }}

{{ rating_interval(
    scores=ref('int_rating__official'),
    direction_scores=ref('int_rating__direction'),
    unit_keys=['region_code', 'school_year', 'unit_type', 'unit_code'],
    scope_keys=['region_code', 'school_year', 'unit_type'],
    methodology=ref('methodology'),
    directions=ref('methodology_directions'),
    variants=ref('methodology_variants'),
    direction_count=var('direction_count'),
) }}
