-- 6.4: pupils of grades 8-11 with ОВЗ who have a professional plan / pupils of grades 8-11 with ОВЗ.
with inclusion as (
    select
        submission_id,
        sum(students_ovz) as students_ovz,
        sum(with_plan) as with_plan
    from {{ ref('fct_inclusion') }}
    where grade between {{ var('senior_first_grade') }} and {{ var('last_grade') }}
    group by submission_id
)

select
    '6.4' as indicator_code,
    schools.region_code,
    'school' as unit_type,
    schools.ogrn as unit_code,
    schools.school_year,
    inclusion.with_plan::numeric as numerator,
    inclusion.students_ovz::numeric as denominator,
    schools.s7_missing_reason as missing_reason
from {{ ref('int_school_year__inputs') }} as schools
left join inclusion
    on schools.s7_submission_id = inclusion.submission_id
