-- Generated from the form's contract by «orientir form generate»: change the contract, not this file.
with section_rows as (
    select *
    from {{ source('raw', 'p3__admission') }}
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
    section_rows.admission_base,
    section_rows.quota,
    section_rows.applications,
    section_rows.admitted_budget,
    section_rows.admitted_paid,
    section_rows.admitted_total,
    section_rows.admitted_ovz,
    section_rows.admitted_disabled,
    section_rows.admitted_targeted,
    section_rows.average_certificate_score
from section_rows
inner join counting
    on section_rows.submission_id = counting.submission_id
