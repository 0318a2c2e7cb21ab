-- Generated from the form's contract by «orientir form generate»: change the contract, not this file.
with section_rows as (
    select *
    from {{ source('raw', 'c6__consultations') }}
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
    section_rows.consultations_count,
    section_rows.pupils,
    section_rows.parents,
    section_rows.recipients_total,
    section_rows.recipients_ovz
from section_rows
inner join counting
    on section_rows.submission_id = counting.submission_id
