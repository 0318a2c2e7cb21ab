-- 1.5: flags of career guidance in the internal quality assessment (ВСОКО).
select
    '1.5' as indicator_code,
    schools.region_code,
    'school' as unit_type,
    schools.ogrn as unit_code,
    schools.school_year,
    (
        passports.vsoko_has_criteria::integer
        + passports.vsoko_has_indicators::integer
        + passports.vsoko_has_tools::integer
    )::numeric as numerator,
    {{ var('vsoko_flag_count') }}::numeric as denominator,
    schools.s1_missing_reason as missing_reason
from {{ ref('int_school_year__inputs') }} as schools
left join {{ ref('fct_school_passport') }} as passports
    on
        schools.ogrn = passports.ogrn
        and schools.school_year = passports.school_year
