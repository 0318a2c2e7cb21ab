-- P6: students' participations in championships, Абилимпикс among them / students.
with championships as (
    select
        submission_id,
        sum(participants) as participations
    from {{ ref('fct_championship') }}
    where category = 'students'
    group by submission_id
)

select
    'P6' as indicator_code,
    colleges.region_code,
    'spo_college' as unit_type,
    colleges.ogrn as unit_code,
    colleges.school_year,
    coalesce(championships.participations, 0)::numeric as numerator,
    colleges.students::numeric as denominator,
    {{ first_missing_reason(['colleges.p1_missing_reason', 'colleges.p6_missing_reason']) }} as missing_reason
from {{ ref('int_college_year__inputs') }} as colleges
left join championships
    on colleges.p6_submission_id = championships.submission_id
