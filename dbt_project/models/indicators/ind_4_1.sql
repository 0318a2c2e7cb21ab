-- 4.1: pupils of grades 8-11 with at least one trial since 1 September / pupils of grades 8-11.
select
    '4.1' as indicator_code,
    schools.region_code,
    'school' as unit_type,
    schools.ogrn as unit_code,
    schools.school_year,
    (coverage.unique_8_9 + coverage.unique_10_11)::numeric as numerator,
    schools.students_8_11::numeric as denominator,
    {{ first_missing_reason(['schools.s1_missing_reason', 'schools.s3_missing_reason']) }} as missing_reason
from {{ ref('int_school_year__inputs') }} as schools
left join {{ ref('fct_event_coverage') }} as coverage
    on
        schools.ogrn = coverage.ogrn
        and schools.school_year = coverage.school_year
        and coverage.is_latest_in_year
        and coverage.activity_kind = 'trial'
