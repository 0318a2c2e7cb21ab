-- Generated from the form's contract by «orientir form generate»: change the contract, not this file.
with section_rows as (
    select *
    from {{ source('raw', 's11__programmes') }}
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
    section_rows.title,
    section_rows.programme_kind,
    section_rows.hours,
    section_rows.groups,
    section_rows.students_grade_6_7,
    section_rows.students_grade_8,
    section_rows.students_grade_9,
    section_rows.students_grade_10_11,
    section_rows.students_total,
    section_rows.students_ovz,
    section_rows.programme_url
from section_rows
inner join counting
    on section_rows.submission_id = counting.submission_id
