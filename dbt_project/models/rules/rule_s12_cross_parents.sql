-- S12.CROSS.PARENTS: more parents of a band of grades than the set number for each pupil of the school's passport.
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
    'S12.CROSS.PARENTS' as rule_id,
    coverage.submission_id,
    'coverage' as section,
    coverage.row_no,
    'unique_parents' as field,
    coverage.unique_parents::text as received,
    ({{ var('rule_parents_per_pupil') }} * bands.students)::text as expected
from {{ ref('stg_s12__coverage') }} as coverage
inner join pupils
    on
        coverage.ogrn = pupils.ogrn
        and {{ school_year('coverage.period_code') }} = pupils.school_year
inner join
    lateral (
        values
        ('6_7', pupils.grades_6_7),
        ('8_9', pupils.grades_8_9),
        ('10_11', pupils.grades_10_11),
        ('total', pupils.all_grades)
    ) as bands (row_code, students)
    on coverage.row_code = bands.row_code
where coverage.unique_parents > {{ var('rule_parents_per_pupil') }} * bands.students
