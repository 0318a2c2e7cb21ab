select
    indicators.indicator_code,
    indicators.sort_no,
    indicators.direction_no,
    directions.direction_name,
    indicators.indicator_name,
    indicators.definition,
    indicators.formula,
    indicators.unit,
    indicators.value_scale,
    indicators.good_direction,
    indicators.denominator_counts_people,
    indicators.rolled_up_from,
    indicators.source_forms,
    indicators.legal_basis,
    indicators.school_year_rule
from {{ ref('indicators') }} as indicators
inner join {{ ref('directions') }} as directions
    on indicators.direction_no = directions.direction_no
