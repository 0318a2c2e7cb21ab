{{ config(materialized='table', post_hook='analyze {{ this }}') }}

-- All indicators of the organisations themselves. Where a reason is given, the two numbers are not.
with measured as (
    select
        indicator_code,
        region_code,
        unit_type,
        unit_code,
        school_year,
        numerator,
        denominator,
        missing_reason
    from {{ ref('ind_1_1') }}
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
    from {{ ref('ind_1_2') }}
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
    from {{ ref('ind_1_5') }}
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
    from {{ ref('ind_3_1') }}
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
    from {{ ref('ind_3_2') }}
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
    from {{ ref('ind_3_3') }}
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
    from {{ ref('ind_3_4') }}
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
    from {{ ref('ind_3_6') }}
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
    from {{ ref('ind_4_1') }}
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
    from {{ ref('ind_4_2') }}
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
    from {{ ref('ind_4_7') }}
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
    from {{ ref('ind_5_1') }}
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
    from {{ ref('ind_6_1') }}
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
    from {{ ref('ind_6_2') }}
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
    from {{ ref('ind_z1') }}
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
    from {{ ref('ind_z2') }}
)

select
    indicator_code,
    region_code,
    unit_type,
    unit_code,
    school_year,
    case when missing_reason is null then numerator end as numerator,
    case when missing_reason is null then denominator end as denominator,
    missing_reason
from measured
