-- 1.3: agreements in force in the last accepted quarter / pupils of grades 6-11.
with agreements as (
    select
        submission_id,
        count(*) as agreements
    from {{ ref('fct_agreement') }}
    group by submission_id
)

select
    '1.3' as indicator_code,
    schools.region_code,
    'school' as unit_type,
    schools.ogrn as unit_code,
    schools.school_year,
    coalesce(agreements.agreements, 0)::numeric as numerator,
    schools.students_6_11::numeric as denominator,
    {{ first_missing_reason(['schools.s1_missing_reason', 'schools.s2_missing_reason']) }} as missing_reason
from {{ ref('int_school_year__inputs') }} as schools
left join agreements
    on schools.s2_submission_id = agreements.submission_id
