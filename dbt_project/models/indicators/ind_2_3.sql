-- 2.3: pupils of grades 6-11 / staff engaged in guidance.
with positions as (
    select
        submission_id,
        sum(engaged) as engaged
    from {{ ref('fct_staff_training') }}
    group by submission_id
)

select
    '2.3' as indicator_code,
    schools.region_code,
    'school' as unit_type,
    schools.ogrn as unit_code,
    schools.school_year,
    schools.students_6_11::numeric as numerator,
    positions.engaged::numeric as denominator,
    {{ first_missing_reason(['schools.s1_missing_reason', 'schools.s4_missing_reason']) }} as missing_reason
from {{ ref('int_school_year__inputs') }} as schools
left join positions
    on schools.s4_submission_id = positions.submission_id
