-- Generated from the form's contract by «orientir form generate»: change the contract, not this file.
with section_rows as (
    select *
    from {{ source('raw', 'c5__by_grade') }}
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
    section_rows.schools_count,
    section_rows.graduates_of_territory,
    section_rows.surveyed_of_territory,
    section_rows.to_grade_10,
    section_rows.to_spo,
    section_rows.to_university,
    section_rows.to_work,
    section_rows.to_army,
    section_rows.undecided,
    section_rows.to_other_region
from section_rows
inner join counting
    on section_rows.submission_id = counting.submission_id
