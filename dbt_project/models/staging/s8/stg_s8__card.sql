-- Generated from the form's contract by «orientir form generate»: change the contract, not this file.
with section_rows as (
    select *
    from {{ source('raw', 's8__card') }}
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
    section_rows.materials_submitted,
    section_rows.materials_accepted,
    section_rows.materials_rejected,
    section_rows.materials_published,
    section_rows.material_views,
    section_rows.materials_used,
    section_rows.resource_teachers,
    section_rows.has_library_center,
    section_rows.elibrary_connections,
    section_rows.library_events,
    section_rows.library_practices,
    section_rows.tour_shows,
    section_rows.tour_viewers
from section_rows
inner join counting
    on section_rows.submission_id = counting.submission_id
