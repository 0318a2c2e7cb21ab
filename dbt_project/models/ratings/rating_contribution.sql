select
    region_code,
    school_year,
    unit_type,
    unit_code,
    indicator_code,
    direction_no,
    round(normalised, {{ var('value_decimals') }}) as normalised,
    round(weight, {{ var('value_decimals') }}) as weight,
    round(contribution, {{ var('value_decimals') }}) as contribution,
    missing_reason,
    methodology_code
from {{ ref('int_rating__weighted') }}
