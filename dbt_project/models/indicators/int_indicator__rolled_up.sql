{{ config(materialized='table') }}

-- Municipalities and regions: sum of numerators / sum of denominators, never a mean of shares.
-- Where no organisation has a value, the most telling reason stands for all.
with units as (
    select
        measured.indicator_code,
        measured.region_code,
        measured.unit_type,
        measured.school_year,
        measured.numerator,
        measured.denominator,
        reasons.precedence,
        active.municipality_code
    from {{ ref('int_indicator__unit') }} as measured
    inner join {{ ref('int_unit_year__active') }} as active
        on
            measured.unit_code = active.ogrn
            and measured.school_year = active.school_year
    left join {{ ref('missing_reasons') }} as reasons
        on measured.missing_reason = reasons.missing_reason
),

placed as (
    select
        units.indicator_code,
        units.region_code,
        levels.unit_type,
        case levels.unit_type
            when 'municipality' then units.municipality_code
            when 'region' then units.region_code
        end as unit_code,
        units.school_year,
        units.numerator,
        units.denominator,
        units.precedence
    from units
    inner join {{ ref('indicators') }} as indicators
        on
            units.indicator_code = indicators.indicator_code
            and units.unit_type = any(string_to_array(indicators.rolled_up_from, ';'))
    cross join lateral unnest(string_to_array(indicators.rolled_up_to, ';')) as levels (unit_type)
),

summed as (
    select
        indicator_code,
        region_code,
        unit_type,
        unit_code,
        school_year,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        min(precedence) as precedence
    from placed
    group by
        indicator_code,
        region_code,
        unit_type,
        unit_code,
        school_year
)

select
    summed.indicator_code,
    summed.region_code,
    summed.unit_type,
    summed.unit_code,
    summed.school_year,
    summed.numerator,
    summed.denominator,
    case when summed.denominator is null then reasons.missing_reason end as missing_reason
from summed
left join {{ ref('missing_reasons') }} as reasons
    on summed.precedence = reasons.precedence
