-- Generated from the form's contract by «orientir form generate»: change the contract, not this file.
with section_rows as (
    select *
    from {{ source('raw', 'c2__card') }}
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
    section_rows.inn,
    section_rows.organisation_name,
    section_rows.employment_plan_year,
    section_rows.employed_age_14_15,
    section_rows.employed_age_16_17,
    section_rows.employed_cumulative,
    section_rows.employed_orphans,
    section_rows.employed_low_income,
    section_rows.employed_on_record,
    section_rows.employed_ovz,
    section_rows.employed_disabled,
    section_rows.employers_count,
    section_rows.mentors_count,
    section_rows.employed_with_mentor,
    section_rows.employed_with_trial,
    section_rows.employed_with_trial_or_mentor,
    section_rows.public_work_participants,
    section_rows.veterans_helped,
    section_rows.memorials_maintained,
    section_rows.wages_thousand_rub,
    section_rows.support_thousand_rub
from section_rows
inner join counting
    on section_rows.submission_id = counting.submission_id
