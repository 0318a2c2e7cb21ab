-- Generated from the form's contract by «orientir form generate»: change the contract, not this file.
with section_rows as (
    select *
    from {{ source('raw', 'p1__specialties') }}
),

counting as (
    select
        submission_id,
        region_code,
        ogrn,
        period_code
    from {{ ref('int_submission__counting') }}
)

select
    counting.region_code,
    counting.ogrn,
    counting.period_code,
    section_rows.submission_id,
    section_rows.row_no,
    section_rows.specialty_code,
    section_rows.admission_base,
    section_rows.study_form,
    section_rows.students_course_1,
    section_rows.students_course_2,
    section_rows.students_course_3,
    section_rows.students_course_4,
    section_rows.students_total,
    section_rows.students_ovz,
    section_rows.disabled_within_ovz,
    section_rows.disabled_outside_ovz,
    section_rows.students_targeted
from section_rows
inner join counting
    on section_rows.submission_id = counting.submission_id
