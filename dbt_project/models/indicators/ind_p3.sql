-- P3: schools with an agreement in force in the last accepted quarter, each once / colleges.
with agreements as (
    select
        submission_id,
        count(distinct partner_inn) as schools
    from {{ ref('fct_agreement') }}
    where partner_type = 'school'
    group by submission_id
)

select
    'P3' as indicator_code,
    colleges.region_code,
    'spo_college' as unit_type,
    colleges.ogrn as unit_code,
    colleges.school_year,
    coalesce(agreements.schools, 0)::numeric as numerator,
    1::numeric as denominator,
    colleges.p5_missing_reason as missing_reason
from {{ ref('int_college_year__inputs') }} as colleges
left join agreements
    on colleges.p5_submission_id = agreements.submission_id
