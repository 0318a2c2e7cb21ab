-- P6.CROSS.STUDENTS: more students took part in one competence than the college's passport has.
with students as (
    select
        ogrn,
        period_code,
        sum(students_total) as students
    from {{ ref('stg_p1__specialties') }}
    group by
        ogrn,
        period_code
)

select
    'P6.CROSS.STUDENTS' as rule_id,
    championships.submission_id,
    'championships' as section,
    championships.row_no,
    'participants' as field,
    championships.participants::text as received,
    students.students::text as expected
from {{ ref('stg_p6__championships') }} as championships
inner join students
    on
        championships.ogrn = students.ogrn
        and championships.period_code = students.period_code
where
    championships.category = 'students'
    and championships.participants > students.students
