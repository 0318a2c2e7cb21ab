{{ config(indexes=[{'columns': ['ogrn', 'school_year'], 'unique': true}]) }}

-- Sums over grades; the printed total of the form is checked by rules and not used.
with grades as (
    select
        region_code,
        ogrn,
        period_code as school_year,
        submission_id,
        row_code::integer as grade,
        students,
        profminimum_students
    from {{ ref('stg_s1__by_grade') }}
    where row_code <> 'total'
)

select
    region_code,
    ogrn,
    school_year,
    submission_id,
    sum(students) filter (
        where grade between {{ var('guidance_first_grade') }} and {{ var('last_grade') }}
    ) as students_6_11,
    sum(students) filter (
        where grade between {{ var('senior_first_grade') }} and {{ var('last_grade') }}
    ) as students_8_11,
    sum(students) filter (
        where grade between {{ var('final_first_grade') }} and {{ var('last_grade') }}
    ) as students_9_11,
    sum(profminimum_students) filter (
        where grade between {{ var('guidance_first_grade') }} and {{ var('last_grade') }}
    ) as profminimum_students_6_11
from grades
group by
    region_code,
    ogrn,
    school_year,
    submission_id
