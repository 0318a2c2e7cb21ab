-- 4.3: how the reach of trials among pupils with ОВЗ compares with that among all, at most 1, grades 8-11.
-- (tried of ОВЗ / ОВЗ) / (tried of all / all) = (tried of ОВЗ × all / tried of all) / ОВЗ: in a sum each school weighs
-- as its pupils with ОВЗ do. Where nobody tried anything there is nothing to compare.
with inclusion as (
    select
        submission_id,
        sum(students_ovz) as students_ovz,
        sum(trial_ovz) as trial_ovz
    from {{ ref('fct_inclusion') }}
    where grade between {{ var('senior_first_grade') }} and {{ var('last_grade') }}
    group by submission_id
)

select
    '4.3' as indicator_code,
    schools.region_code,
    'school' as unit_type,
    schools.ogrn as unit_code,
    schools.school_year,
    least(
        inclusion.students_ovz,
        inclusion.trial_ovz * schools.students_8_11::numeric
        / nullif(coverage.unique_8_9 + coverage.unique_10_11, 0)
    )::numeric as numerator,
    inclusion.students_ovz::numeric as denominator,
    coalesce(
        {{ first_missing_reason(
            ['schools.s1_missing_reason', 'schools.s3_missing_reason', 'schools.s7_missing_reason']
        ) }},
        case when coverage.unique_8_9 + coverage.unique_10_11 = 0 then 'not_applicable' end
    ) as missing_reason
from {{ ref('int_school_year__inputs') }} as schools
left join inclusion
    on schools.s7_submission_id = inclusion.submission_id
left join {{ ref('fct_event_coverage') }} as coverage
    on
        schools.ogrn = coverage.ogrn
        and schools.school_year = coverage.school_year
        and coverage.is_latest_in_year
        and coverage.activity_kind = 'trial'
