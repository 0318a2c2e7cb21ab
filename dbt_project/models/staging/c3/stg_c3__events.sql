-- Generated from the form's contract by «orientir form generate»: change the contract, not this file.
with section_rows as (
    select *
    from {{ source('raw', 'c3__events') }}
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
    section_rows.format,
    section_rows.has_employer,
    section_rows.is_mobile,
    section_rows.settlements_count,
    section_rows.organisations_count,
    section_rows.partners_count,
    section_rows.groups_count,
    section_rows.hours,
    section_rows.participants_grade_7_below,
    section_rows.participants_grade_8,
    section_rows.participants_grade_9,
    section_rows.participants_grade_10,
    section_rows.participants_grade_11,
    section_rows.participants_students,
    section_rows.participants_total,
    section_rows.participants_ovz,
    section_rows.participants_disabled,
    section_rows.volunteers,
    section_rows.parents,
    section_rows.families_count,
    section_rows.specialists,
    section_rows.managers,
    section_rows.trials_count,
    section_rows.applications,
    section_rows.winners
from section_rows
inner join counting
    on section_rows.submission_id = counting.submission_id
