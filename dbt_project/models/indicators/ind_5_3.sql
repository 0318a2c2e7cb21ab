-- 5.3: the school's library is connected to an electronic library.
select
    '5.3' as indicator_code,
    schools.region_code,
    'school' as unit_type,
    schools.ogrn as unit_code,
    schools.school_year,
    (resources.elibrary_connections >= 1)::integer::numeric as numerator,
    1::numeric as denominator,
    schools.s8_missing_reason as missing_reason
from {{ ref('int_school_year__inputs') }} as schools
left join {{ ref('fct_digital_resource') }} as resources
    on schools.s8_submission_id = resources.submission_id
