-- 2.1: staff engaged in guidance who were trained within three years / staff engaged.
with positions as (
    select
        submission_id,
        sum(engaged) as engaged,
        sum(trained_3_years) as trained_3_years
    from {{ ref('fct_staff_training') }}
    group by submission_id
)

select
    '2.1' as indicator_code,
    schools.region_code,
    'school' as unit_type,
    schools.ogrn as unit_code,
    schools.school_year,
    positions.trained_3_years::numeric as numerator,
    positions.engaged::numeric as denominator,
    schools.s4_missing_reason as missing_reason
from {{ ref('int_school_year__inputs') }} as schools
left join positions
    on schools.s4_submission_id = positions.submission_id
