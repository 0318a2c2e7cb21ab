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
    schemes.base_methodology_code as methodology_code
from {{ ref('int_rating__weighted') }} as weighted
inner join {{ ref('int_rating__scheme') }} as schemes
    on
        weighted.methodology_code = schemes.methodology_code
        and schemes.variant_code = 'official'
        and weighted.school_year >= schemes.valid_from
        and weighted.school_year <= coalesce(schemes.valid_to, weighted.school_year)
