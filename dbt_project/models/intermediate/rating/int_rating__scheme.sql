{{ config(materialized='ephemeral') }}

-- Ways to compute a rating: every methodology as it is ("official") for every kind of unit that it rates, and the same
-- with one choice made otherwise. Kinds of units differ in indicators and weights. A scheme has a code of its own, as
-- m2025.1/school or m2025.1/school/geometric, and the rating macros take it for a methodology.
select
    methodology.methodology_code as base_methodology_code,
    units.unit_type,
    variants.variant_code,
    concat_ws('/', methodology.methodology_code, units.unit_type, nullif(variants.variant_code, 'official'))
        as methodology_code,
    methodology.valid_from,
    methodology.valid_to,
    methodology.score_scale,
    methodology.score_decimals,
    methodology.aggregation_within,
    coalesce(variants.aggregation_across, methodology.aggregation_across) as aggregation_across,
    coalesce(variants.geometric_floor, methodology.geometric_floor) as geometric_floor,
    methodology.min_available_weight,
    variants.weighting,
    variants.missing_zero_as
from {{ ref('methodology') }} as methodology
inner join {{ ref('methodology_units') }} as units
    on methodology.methodology_code = units.methodology_code
cross join {{ ref('methodology_variants') }} as variants
where variants.draws is null
