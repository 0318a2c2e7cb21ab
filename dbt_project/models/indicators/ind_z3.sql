-- Z3: pupils of grades 9-11 reached by the centre's events since 1 September / pupils of grades 9-11 of the territory.
with coverage as (
    select
        submission_id,
        sum(unique_since_september) as reached
    from {{ ref('fct_center_event_coverage') }}
    where grade between {{ var('final_first_grade') }} and {{ var('last_grade') }}
    group by submission_id
)

select
    'Z3' as indicator_code,
    centers.region_code,
    'employment_center' as unit_type,
    centers.ogrn as unit_code,
    centers.school_year,
    coverage.reached::numeric as numerator,
    centers.students_9_11 as denominator,
    coalesce(centers.c3_missing_reason, centers.territory_missing_reason) as missing_reason
from {{ ref('int_center_year__inputs') }} as centers
left join coverage
    on centers.c3_submission_id = coverage.submission_id
