-- 2.2: staff trained within three years to work with gifted, low-motivated or ОВЗ pupils, each once / staff engaged.
with positions as (
    select
        submission_id,
        sum(engaged) as engaged
    from {{ ref('fct_staff_training') }}
    group by submission_id
)

select
    '2.2' as indicator_code,
    schools.region_code,
    'school' as unit_type,
    schools.ogrn as unit_code,
    schools.school_year,
    staff.unique_trained_3_years::numeric as numerator,
    positions.engaged::numeric as denominator,
    schools.s4_missing_reason as missing_reason
from {{ ref('int_school_year__inputs') }} as schools
left join positions
    on schools.s4_submission_id = positions.submission_id
left join {{ ref('fct_staff') }} as staff
    on schools.s4_submission_id = staff.submission_id
