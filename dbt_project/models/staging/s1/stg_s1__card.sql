-- Generated from the form's contract by «orientir form generate»: change the contract, not this file.
with section_rows as (
    select *
    from {{ source('raw', 's1__card') }}
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
    section_rows.oktmo,
    section_rows.responsible_count,
    section_rows.has_order,
    section_rows.profminimum_level,
    section_rows.profminimum_hours_plan,
    section_rows.profminimum_hours_actual,
    section_rows.vsoko_has_criteria,
    section_rows.vsoko_has_indicators,
    section_rows.vsoko_has_tools,
    section_rows.site_section_url,
    section_rows.site_section_updated_on,
    section_rows.site_checklist_count
from section_rows
inner join counting
    on section_rows.submission_id = counting.submission_id
