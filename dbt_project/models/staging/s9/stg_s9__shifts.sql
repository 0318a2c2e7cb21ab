-- Generated from the form's contract by «orientir form generate»: change the contract, not this file.
with section_rows as (
    select *
    from {{ source('raw', 's9__shifts') }}
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
    section_rows.title,
    section_rows.direction,
    section_rows.starts_on,
    section_rows.ends_on,
    section_rows.days,
    section_rows.children,
    section_rows.children_ovz,
    section_rows.children_disabled,
    section_rows.has_contest_programme,
    section_rows.has_employer
from section_rows
inner join counting
    on section_rows.submission_id = counting.submission_id
