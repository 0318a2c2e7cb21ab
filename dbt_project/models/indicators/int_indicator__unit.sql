{{ config(materialized='table') }}

-- All indicators of the organisations themselves. Where a reason is given, the two numbers are not.
-- The list follows from the registry: `orientir form generate` writes this file.
{%- set indicators = [
    ref('ind_1_1'),
    ref('ind_1_2'),
    ref('ind_1_3'),
    ref('ind_1_4'),
    ref('ind_1_5'),
    ref('ind_2_1'),
    ref('ind_2_2'),
    ref('ind_2_3'),
    ref('ind_2_4'),
    ref('ind_3_1'),
    ref('ind_3_2'),
    ref('ind_3_3'),
    ref('ind_3_4'),
    ref('ind_3_5'),
    ref('ind_3_6'),
    ref('ind_4_1'),
    ref('ind_4_2'),
    ref('ind_4_3'),
    ref('ind_4_4'),
    ref('ind_4_5'),
    ref('ind_4_6'),
    ref('ind_4_7'),
    ref('ind_5_1'),
    ref('ind_5_2'),
    ref('ind_5_3'),
    ref('ind_6_1'),
    ref('ind_6_2'),
    ref('ind_6_3'),
    ref('ind_6_4'),
    ref('ind_6_5'),
    ref('ind_z1'),
    ref('ind_z2'),
    ref('ind_z3'),
    ref('ind_z4'),
    ref('ind_z5'),
    ref('ind_z6'),
    ref('ind_p1'),
    ref('ind_p2'),
    ref('ind_p3'),
    ref('ind_p4'),
    ref('ind_p5'),
    ref('ind_p6'),
    ref('ind_p7')
] %}
with measured as (
    {{ union_of_indicators(indicators) }}
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
