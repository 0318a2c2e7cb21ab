{{ config(materialized='ephemeral') }}

-- Units that have a place by the methodology in force.
select
    methodology_code,
    region_code,
    school_year,
    unit_type,
    unit_code
from {{ ref('int_rating__ranked') }}
where variant_code = 'official' and is_in_force and is_ranked
