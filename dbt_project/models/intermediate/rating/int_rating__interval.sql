{{ config(materialized='ephemeral') }}

{%- set official_directions -%}
    (select * from {{ ref('int_rating__scheme_direction') }} where variant_code = 'official')
{%- endset %}

{{ rating_interval(
    scores=ref('int_rating__official'),
    direction_scores=ref('int_rating__direction'),
    unit_keys=['region_code', 'school_year', 'unit_type', 'unit_code'],
    scope_keys=['region_code', 'school_year', 'unit_type'],
    methodology=ref('int_rating__scheme'),
    directions=official_directions,
    variants=ref('methodology_variants'),
    direction_count=var('direction_count'),
) }}
