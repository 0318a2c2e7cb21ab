-- 3.2: hours held, at most the norm of the level the school chose / that norm.
select
    '3.2' as indicator_code,
    schools.region_code,
    'school' as unit_type,
    schools.ogrn as unit_code,
    schools.school_year,
    least(passports.profminimum_hours_actual, norms.norm_hours)::numeric as numerator,
    norms.norm_hours::numeric as denominator,
    schools.s1_missing_reason as missing_reason
from {{ ref('int_school_year__inputs') }} as schools
left join {{ ref('fct_school_passport') }} as passports
    on
        schools.ogrn = passports.ogrn
        and schools.school_year = passports.school_year
left join {{ ref('profminimum_norms') }} as norms
    on passports.profminimum_level = norms.level_code
