-- Generated from the form's contract by «orientir form generate»: change the contract, not this file.
with section_rows as (
    select *
    from {{ source('raw', 'p2__card') }}
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
    section_rows.trials_planned
from section_rows
inner join counting
    on section_rows.submission_id = counting.submission_id
