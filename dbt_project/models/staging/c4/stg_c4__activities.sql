-- Generated from the form's contract by «orientir form generate»: change the contract, not this file.
with section_rows as (
    select *
    from {{ source('raw', 'c4__activities') }}
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
    section_rows.row_code,
    section_rows.sessions_count,
    section_rows.participations,
    section_rows.specialists_school,
    section_rows.specialists_college,
    section_rows.specialists_center,
    section_rows.specialists_other,
    section_rows.specialists_total,
    section_rows.organisations_count
from section_rows
inner join counting
    on section_rows.submission_id = counting.submission_id
