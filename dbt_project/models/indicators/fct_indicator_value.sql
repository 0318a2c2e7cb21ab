{{ config(
    materialized='table',
    schema='marts',
    access='public',
    contract={'enforced': true},
    indexes=[{'columns': ['unit_code', 'school_year']}]
) }}

with levels as (
    select
        indicator_code,
        region_code,
        unit_type,
        unit_code,
        school_year,
        numerator,
        denominator,
        missing_reason
    from {{ ref('int_indicator__unit') }}
    union all
    select
        indicator_code,
        region_code,
        unit_type,
        unit_code,
        school_year,
        numerator,
        denominator,
        missing_reason
    from {{ ref('int_indicator__rolled_up') }}
),

reasoned as (
    select
        levels.indicator_code,
        levels.region_code,
        levels.unit_type,
        levels.unit_code,
        levels.school_year,
        levels.numerator,
        levels.denominator,
        indicators.value_scale,
        case
            when levels.missing_reason is not null then levels.missing_reason
            when levels.denominator = 0 then 'not_applicable'
            when
                indicators.denominator_counts_people
                and levels.denominator < {{ var('small_denominator') }}
                then 'small_denominator'
        end as missing_reason
    from levels
    inner join {{ ref('indicators') }} as indicators
        on levels.indicator_code = indicators.indicator_code
)

select
    indicator_code,
    region_code,
    unit_type,
    unit_code,
    school_year,
    numerator,
    denominator,
    case
        when missing_reason is null
            then round(value_scale * numerator / denominator, {{ var('value_decimals') }})
    end as value,
    missing_reason
from reasoned
