{{ config(tags=['layer_reference']) }}

-- The road maps have 47 measures (Chelyabinsk city) and 50 measures (Tyumen oblast) and one heading, Т3.2.
-- Matters when a measure is added to or lost from the seed roadmap_measures: a measure nobody knows is never reported.
-- To resolve: compare the seed with the road map, direction by direction; a new road map also changes the numbers here.
with counted as (
    select
        region_code,
        count(*) filter (where not is_header) as measures,
        count(*) filter (where is_header) as headings
    from {{ ref('roadmap_measures') }}
    group by region_code
),

expected (region_code, measures, headings) as (
    values
    ('chelyabinsk', 47, 0),
    ('tyumen', 50, 1)
)

select
    coalesce(expected.region_code, counted.region_code) as region_code,
    expected.measures as measures_expected,
    counted.measures as measures_found,
    counted.headings as headings_found
from expected
full outer join counted
    on expected.region_code = counted.region_code
where
    (counted.measures = expected.measures and counted.headings = expected.headings) is not true
