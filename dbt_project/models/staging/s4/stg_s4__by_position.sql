-- Generated from the form's contract by «orientir form generate»: change the contract, not this file.
with section_rows as (
    select *
    from {{ source('raw', 's4__by_position') }}
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
    section_rows.staff,
    section_rows.engaged,
    section_rows.need_training,
    section_rows.trained_half_year,
    section_rows.trained_3_years,
    section_rows.attended_events
from section_rows
inner join counting
    on section_rows.submission_id = counting.submission_id
