-- 1.1: a responsible specialist is appointed and the order is in force.
select
    '1.1' as indicator_code,
    schools.region_code,
    'school' as unit_type,
    schools.ogrn as unit_code,
    schools.school_year,
    (passports.responsible_count >= 1 and passports.has_order)::integer::numeric as numerator,
    1::numeric as denominator,
    schools.s1_missing_reason as missing_reason
from {{ ref('int_school_year__inputs') }} as schools
left join {{ ref('fct_school_passport') }} as passports
    on
        schools.ogrn = passports.ogrn
        and schools.school_year = passports.school_year
