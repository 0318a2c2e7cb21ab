-- S3.CROSS.COVERAGE: unique pupils of a band of grades exceed the pupils of these grades in the school's passport.
with pupils as (
    select
        ogrn,
        school_year,
        sum(students) filter (where grade in (6, 7)) as grades_6_7,
        sum(students) filter (where grade in (8, 9)) as grades_8_9,
        sum(students) filter (where grade in (10, 11)) as grades_10_11,
        sum(students) as all_grades
    from {{ ref('fct_contingent') }}
    group by
        ogrn,
        school_year
)

select
    'S3.CROSS.COVERAGE' as rule_id,
    coverage.submission_id,
    'coverage' as section,
    coverage.row_no,
    cells.field,
    cells.unique_pupils::text as received,
    cells.students::text as expected
from {{ ref('fct_event_coverage') }} as coverage
inner join pupils
    on
        coverage.ogrn = pupils.ogrn
        and coverage.school_year = pupils.school_year
cross join
    lateral (
        values
        ('unique_6_7', coverage.unique_6_7, pupils.grades_6_7),
        ('unique_8_9', coverage.unique_8_9, pupils.grades_8_9),
        ('unique_10_11', coverage.unique_10_11, pupils.grades_10_11),
        ('unique_total', coverage.unique_total, pupils.all_grades)
    ) as cells (field, unique_pupils, students)
where cells.unique_pupils > cells.students
