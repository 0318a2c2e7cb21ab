-- 2.4: practices that entered the bank or catalogue / schools.
with practices as (
    select
        submission_id,
        count(*) as included
    from {{ ref('fct_practice') }}
    where is_in_bank
    group by submission_id
)

select
    '2.4' as indicator_code,
    schools.region_code,
    'school' as unit_type,
    schools.ogrn as unit_code,
    schools.school_year,
    coalesce(practices.included, 0)::numeric as numerator,
    1::numeric as denominator,
    schools.s11_missing_reason as missing_reason
from {{ ref('int_school_year__inputs') }} as schools
left join practices
    on schools.s11_submission_id = practices.submission_id
