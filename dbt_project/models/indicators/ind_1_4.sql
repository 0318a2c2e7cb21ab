-- 1.4: the school has an agreement with an employer, in force in the last accepted quarter.
with agreements as (
    select distinct submission_id
    from {{ ref('fct_agreement') }}
    where partner_type = 'employer'
)

select
    '1.4' as indicator_code,
    schools.region_code,
    'school' as unit_type,
    schools.ogrn as unit_code,
    schools.school_year,
    (agreements.submission_id is not null)::integer::numeric as numerator,
    1::numeric as denominator,
    schools.s2_missing_reason as missing_reason
from {{ ref('int_school_year__inputs') }} as schools
left join agreements
    on schools.s2_submission_id = agreements.submission_id
