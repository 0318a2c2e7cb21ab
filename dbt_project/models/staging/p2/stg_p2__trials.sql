-- Generated from the form's contract by «orientir form generate»: change the contract, not this file.
with section_rows as (
    select *
    from {{ source('raw', 'p2__trials') }}
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
    section_rows.trial_date,
    section_rows.trial_title,
    section_rows.specialty_code,
    section_rows.school_ogrn,
    section_rows.grade,
    section_rows.participants,
    section_rows.participants_ovz,
    coalesce(section_rows.employer_involved, section_rows.has_employer) as employer_involved,
    section_rows.duration_hours
from section_rows
inner join counting
    on section_rows.submission_id = counting.submission_id
