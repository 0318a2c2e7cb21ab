-- Generated from the form's contract by «orientir form generate»: change the contract, not this file.
with section_rows as (
    select *
    from {{ source('raw', 'c8__routes') }}
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
    section_rows.route_title,
    section_rows.enterprise_inn,
    section_rows.enterprise_name,
    section_rows.visit_kind,
    section_rows.is_turnstile_week,
    section_rows.visits_count,
    section_rows.participants_grade_7_below,
    section_rows.participants_grade_8_9,
    section_rows.participants_grade_10_11,
    section_rows.participants_total,
    section_rows.participants_ovz
from section_rows
inner join counting
    on section_rows.submission_id = counting.submission_id
