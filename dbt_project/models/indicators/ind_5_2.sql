-- 5.2: pupils of grades 6-11 who used the resource since 1 September / pupils of grades 6-11.
with uses as (
    select
        submission_id,
        sum(resource_users) as resource_users
    from {{ ref('fct_digital_use') }}
    where grade between {{ var('guidance_first_grade') }} and {{ var('last_grade') }}
    group by submission_id
)

select
    '5.2' as indicator_code,
    schools.region_code,
    'school' as unit_type,
    schools.ogrn as unit_code,
    schools.school_year,
    uses.resource_users::numeric as numerator,
    schools.students_6_11::numeric as denominator,
    {{ first_missing_reason(['schools.s1_missing_reason', 'schools.s8_missing_reason']) }} as missing_reason
from {{ ref('int_school_year__inputs') }} as schools
left join uses
    on schools.s8_submission_id = uses.submission_id
