-- S3.CROSS.EVENT: one event had more participants of a grade than the school has pupils in it.
-- Pupils stand side by side first, so that each event is joined once and not once per grade.
with pupils as (
    select
        ogrn,
        school_year,
        max(students) filter (where grade = 6) as grade_6,
        max(students) filter (where grade = 7) as grade_7,
        max(students) filter (where grade = 8) as grade_8,
        max(students) filter (where grade = 9) as grade_9,
        max(students) filter (where grade = 10) as grade_10,
        max(students) filter (where grade = 11) as grade_11
    from {{ ref('fct_contingent') }}
    group by
        ogrn,
        school_year
)

select
    'S3.CROSS.EVENT' as rule_id,
    events.submission_id,
    'events' as section,
    events.row_no,
    cells.field,
    cells.participants::text as received,
    cells.students::text as expected
from {{ ref('fct_event') }} as events
inner join pupils
    on
        events.ogrn = pupils.ogrn
        and events.school_year = pupils.school_year
cross join
    lateral (
        values
        ('participants_grade_6', events.participants_grade_6, pupils.grade_6),
        ('participants_grade_7', events.participants_grade_7, pupils.grade_7),
        ('participants_grade_8', events.participants_grade_8, pupils.grade_8),
        ('participants_grade_9', events.participants_grade_9, pupils.grade_9),
        ('participants_grade_10', events.participants_grade_10, pupils.grade_10),
        ('participants_grade_11', events.participants_grade_11, pupils.grade_11)
    ) as cells (field, participants, students)
where cells.participants > cells.students
