{{ config(materialized='ephemeral') }}

-- Weights of the directions; with equal weights each direction weighs as many shares as it has indicators.
with indicator_counts as (
    select
        methodology_code,
        unit_type,
        direction_no,
        count(*)::numeric as indicator_count,
        sum(count(*)) over (partition by methodology_code, unit_type) as indicators_in_all
    from {{ ref('methodology_indicators') }}
    group by
        methodology_code,
        unit_type,
        direction_no
)

select
    schemes.methodology_code,
    schemes.variant_code,
    directions.direction_no,
    case schemes.weighting
        when 'equal' then indicator_counts.indicator_count / indicator_counts.indicators_in_all
        else directions.weight
    end as weight
from {{ ref('int_rating__scheme') }} as schemes
inner join {{ ref('methodology_directions') }} as directions
    on
        schemes.base_methodology_code = directions.methodology_code
        and schemes.unit_type = directions.unit_type
inner join indicator_counts
    on
        directions.methodology_code = indicator_counts.methodology_code
        and directions.unit_type = indicator_counts.unit_type
        and directions.direction_no = indicator_counts.direction_no
