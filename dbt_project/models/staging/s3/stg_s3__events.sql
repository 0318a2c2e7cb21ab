-- Generated from the form's contract by «orientir form generate»: change the contract, not this file.
with section_rows as (
    select *
    from {{ source('raw', 's3__events') }}
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
    section_rows.event_date,
    section_rows.measure_code,
    section_rows.title,
    section_rows.activity_kind,
    section_rows.level,
    coalesce(section_rows.holding_format, section_rows.format) as holding_format,
    section_rows.has_employer,
    section_rows.participants_grade_6,
    section_rows.participants_grade_7,
    section_rows.participants_grade_8,
    section_rows.participants_grade_9,
    section_rows.participants_grade_10,
    section_rows.participants_grade_11,
    section_rows.participants_total,
    section_rows.participants_ovz,
    section_rows.participants_disabled,
    section_rows.winners,
    section_rows.teachers
from section_rows
inner join counting
    on section_rows.submission_id = counting.submission_id
