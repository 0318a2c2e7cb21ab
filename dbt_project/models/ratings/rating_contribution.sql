select
    region_code,
    school_year,
    unit_type,
    unit_code,
    indicator_code,
    direction_no,
    {{ rating_round('normalised', var('value_decimals')) }} as normalised,
    {{ rating_round('weight', var('value_decimals')) }} as weight,
    {{ rating_round('contribution', var('value_decimals')) }} as contribution,
    missing_reason,
    methodology_code
from {{ ref('int_rating__weighted') }}
