-- 3.1: pupils of grades 6-11 on the career-guidance course / pupils of grades 6-11.
select
    '3.1' as indicator_code,
    schools.region_code,
    'school' as unit_type,
    schools.ogrn as unit_code,
    schools.school_year,
    schools.profminimum_students_6_11::numeric as numerator,
    schools.students_6_11::numeric as denominator,
    schools.s1_missing_reason as missing_reason
from {{ ref('int_school_year__inputs') }} as schools
