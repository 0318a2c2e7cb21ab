-- Generated from the form's contract by «orientir form generate»: change the contract, not this file.
with section_rows as (
    select *
    from {{ source('raw', 'p4__outcomes') }}
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
    section_rows.row_number,
    section_rows.employed_in_profession,
    section_rows.employed_other,
    section_rows.self_employed,
    section_rows.continued_education,
    section_rows.in_army,
    section_rows.on_parental_leave,
    section_rows.not_employed,
    section_rows.outcome_unknown,
    section_rows.graduates_total,
    section_rows.not_employed_registered
from section_rows
inner join counting
    on section_rows.submission_id = counting.submission_id
