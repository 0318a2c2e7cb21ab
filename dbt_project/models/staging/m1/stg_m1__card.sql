-- Generated from the form's contract by «orientir form generate»: change the contract, not this file.
with section_rows as (
    select *
    from {{ source('raw', 'm1__card') }}
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
    section_rows.trained_unique,
    section_rows.recommendations_ovz,
    section_rows.analytic_note_on,
    section_rows.analytic_note_url,
    section_rows.recommendations_issued,
    section_rows.applied_to_regional_contest,
    section_rows.regional_contest_result,
    section_rows.resource_submitted,
    section_rows.resource_accepted,
    section_rows.resource_rejected,
    section_rows.resource_published,
    section_rows.resource_views,
    section_rows.consultations_individual,
    section_rows.consultations_group,
    section_rows.consulted_teachers,
    section_rows.consulted_heads
from section_rows
inner join counting
    on section_rows.submission_id = counting.submission_id
