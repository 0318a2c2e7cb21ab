-- Generated from the form's contract by «orientir form generate»: change the contract, not this file.
with section_rows as (
    select *
    from {{ source('raw', 'p6__championships') }}
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
    section_rows.championship,
    section_rows.level,
    section_rows.competence,
    section_rows.category,
    section_rows.participants,
    section_rows.participants_ovz,
    section_rows.participants_disabled,
    section_rows.winners,
    section_rows.spectators
from section_rows
inner join counting
    on section_rows.submission_id = counting.submission_id
