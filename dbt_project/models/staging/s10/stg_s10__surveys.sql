-- Generated from the form's contract by «orientir form generate»: change the contract, not this file.
with section_rows as (
    select *
    from {{ source('raw', 's10__surveys') }}
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
    section_rows.held_on,
    section_rows.survey_kind,
    section_rows.level,
    section_rows.respondent_group,
    section_rows.invited,
    section_rows.respondents,
    section_rows.satisfied,
    section_rows.mean_score
from section_rows
inner join counting
    on section_rows.submission_id = counting.submission_id
