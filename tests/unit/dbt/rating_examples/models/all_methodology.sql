select * from {{ ref('methodology') }}
union all
select
    'tai_sample',
    score_scale,
    score_decimals,
    aggregation_within,
    aggregation_across,
    geometric_floor,
    min_available_weight
from {{ ref('methodology') }}
where methodology_code = 'tai_equal'
