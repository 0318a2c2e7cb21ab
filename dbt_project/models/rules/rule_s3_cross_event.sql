-- S3.CROSS.EVENT: one event had more participants of a grade than the school has pupils in it.
with grades as (
    select
        events.submission_id,
        events.row_no,
        events.ogrn,
        events.school_year,
        cells.field,
        cells.participants,
        cells.grade
    from {{ ref('fct_event') }} as events
    cross join lateral (
        values
        ('participants_grade_6', events.participants_grade_6, 6),
        ('participants_grade_7', events.participants_grade_7, 7),
        ('participants_grade_8', events.participants_grade_8, 8),
        ('participants_grade_9', events.participants_grade_9, 9),
        ('participants_grade_10', events.participants_grade_10, 10),
        ('participants_grade_11', events.participants_grade_11, 11)
    ) as cells (field, participants, grade)
)

select
    'S3.CROSS.EVENT' as rule_id,
    grades.submission_id,
    'events' as section,
    grades.row_no,
    grades.field,
    grades.participants::text as received,
    contingents.students::text as expected
from grades
inner join {{ ref('fct_contingent') }} as contingents
    on
        grades.ogrn = contingents.ogrn
        and grades.school_year = contingents.school_year
        and grades.grade = contingents.grade
where grades.participants > contingents.students
