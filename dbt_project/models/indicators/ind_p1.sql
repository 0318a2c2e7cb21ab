-- P1: students admitted to budget places / control figures of admission.
with admissions as (
    select
        submission_id,
        sum(admitted_budget) as admitted_budget,
        sum(quota) as quota
    from {{ ref('fct_admission') }}
    group by submission_id
)

select
    'P1' as indicator_code,
    colleges.region_code,
    'spo_college' as unit_type,
    colleges.ogrn as unit_code,
    colleges.school_year,
    admissions.admitted_budget::numeric as numerator,
    admissions.quota::numeric as denominator,
    colleges.p3_missing_reason as missing_reason
from {{ ref('int_college_year__inputs') }} as colleges
left join admissions
    on colleges.p3_submission_id = admissions.submission_id
