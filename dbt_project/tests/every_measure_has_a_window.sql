{{ config(tags=['layer_reference']) }}

-- Every measure but the headings has at least one window, and all of them lie within its road map's validity.
-- Matters when a calendar is changed by hand: a measure without a window is never due.
-- To resolve: correct the calendar in roadmap_measures or the days in roadmaps, and run `orientir form generate`.
with windows as (
    select
        measure_code,
        count(*) as windows,
        max(closes_on) as last_closes_on
    from {{ ref('measure_windows') }}
    group by measure_code
)

select
    measures.measure_code,
    windows.windows,
    windows.last_closes_on
from {{ ref('roadmap_measures') }} as measures
inner join {{ ref('roadmaps') }} as roadmaps
    on measures.region_code = roadmaps.region_code
left join windows
    on measures.measure_code = windows.measure_code
where
    measures.is_header = (windows.windows is not null)
    or windows.last_closes_on > roadmaps.valid_to
