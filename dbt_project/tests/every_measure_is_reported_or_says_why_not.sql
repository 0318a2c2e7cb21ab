{{ config(tags=['layer_reference']) }}

-- Every measure is served by fields of forms or carries the reason why nothing is reported for it; never both.
-- Matters when a form is changed or a road map is renewed: a measure with neither would be left out in silence.
-- To resolve: name the fields under `measures` in the contract of the form and run `orientir form generate`,
-- or write the reason into not_reported_reason of the seed roadmap_measures.
with served as (
    select distinct measure_code
    from {{ ref('measure_fields') }}
)

select
    measures.measure_code,
    case
        when served.measure_code is null then 'no field serves it and no reason is given'
        else 'fields serve it and a reason says that nothing is reported'
    end as broken
from {{ ref('roadmap_measures') }} as measures
left join served
    on measures.measure_code = served.measure_code
where
    not measures.is_header
    and (served.measure_code is null) = (measures.not_reported_reason is null)
