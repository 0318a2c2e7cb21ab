{{ config(materialized='ephemeral') }}

-- Indicators of every scheme; with equal weights they also weigh the same inside a direction.
select
    schemes.methodology_code,
    indicators.indicator_code,
    indicators.direction_no,
    case schemes.weighting when 'equal' then 1 else indicators.weight end as weight,
    indicators.value_cap,
    indicators.goalpost_low,
    indicators.goalpost_high,
    indicators.is_inverse,
    indicators.transform,
    indicators.normalisation
from {{ ref('int_rating__scheme') }} as schemes
inner join {{ ref('methodology_indicators') }} as indicators
    on
        schemes.base_methodology_code = indicators.methodology_code
        and schemes.unit_type = indicators.unit_type
