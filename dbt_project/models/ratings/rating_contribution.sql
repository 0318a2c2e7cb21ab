select
    weighted.region_code,
    weighted.school_year,
    weighted.unit_type,
    weighted.unit_code,
    weighted.indicator_code,
    weighted.direction_no,
    {{ rating_round('weighted.normalised', var('value_decimals')) }} as normalised,
    {{ rating_round('weighted.weight', var('value_decimals')) }} as weight,
    {{ rating_round('weighted.contribution', var('value_decimals')) }} as contribution,
    weighted.missing_reason,
    weighted.methodology_code
from {{ ref('int_rating__weighted') }} as weighted
inner join {{ ref('methodology') }} as methodology
    on
        weighted.methodology_code = methodology.methodology_code
        and weighted.school_year >= methodology.valid_from
        and weighted.school_year <= coalesce(methodology.valid_to, weighted.school_year)
