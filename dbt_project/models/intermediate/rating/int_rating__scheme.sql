{{ config(materialized='ephemeral') }}

-- Ways to compute a rating: every methodology as it is ("official"), and the same with one choice made otherwise.
-- A scheme has a code of its own, and the rating macros take it for a methodology.
select
    methodology.methodology_code as base_methodology_code,
    variants.variant_code,
    case variants.variant_code
        when 'official' then methodology.methodology_code
        else methodology.methodology_code || '/' || variants.variant_code
    end as methodology_code,
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
cross join {{ ref('methodology_variants') }} as variants
where variants.draws is null
