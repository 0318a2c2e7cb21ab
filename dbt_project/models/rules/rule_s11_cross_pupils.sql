-- S11.CROSS.PUPILS: one programme has more pupils of a band of grades than the school's passport.
with pupils as (
    select
        ogrn,
        school_year,
        sum(students) filter (where grade in (6, 7)) as grades_6_7,
        sum(students) filter (where grade = 8) as grade_8,
        sum(students) filter (where grade = 9) as grade_9,
        sum(students) filter (where grade in (10, 11)) as grades_10_11
    from {{ ref('fct_contingent') }}
    group by
        ogrn,
        school_year
)

select
    'S11.CROSS.PUPILS' as rule_id,
    programmes.submission_id,
    'programmes' as section,
    programmes.row_no,
    cells.field,
    cells.enrolled::text as received,
    cells.students::text as expected
from {{ ref('stg_s11__programmes') }} as programmes
inner join pupils
    on
        programmes.ogrn = pupils.ogrn
        and programmes.period_code = pupils.school_year
cross join
    lateral (
        values
        ('students_grade_6_7', programmes.students_grade_6_7, pupils.grades_6_7),
        ('students_grade_8', programmes.students_grade_8, pupils.grade_8),
        ('students_grade_9', programmes.students_grade_9, pupils.grade_9),
        ('students_grade_10_11', programmes.students_grade_10_11, pupils.grades_10_11)
    ) as cells (field, enrolled, students)
where cells.enrolled > cells.students
