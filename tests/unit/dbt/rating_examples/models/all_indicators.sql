-- Goalposts of the seed, and for the negative control the minimum and maximum of the sample instead.
select
    methodology_code,
    indicator_code,
    direction_no,
    weight,
    value_cap,
    goalpost_low,
    goalpost_high,
    is_inverse,
    transform,
    normalisation
from {{ ref('methodology_indicators') }}
union all
select
    'tai_sample' as methodology_code,
    equal_weights.indicator_code,
    equal_weights.direction_no,
    equal_weights.weight,
    equal_weights.value_cap,
    min(tai_values.value) as goalpost_low,
    max(tai_values.value) as goalpost_high,
    equal_weights.is_inverse,
    equal_weights.transform,
    equal_weights.normalisation
from {{ ref('methodology_indicators') }} as equal_weights
inner join {{ ref('tai_values') }} as tai_values
    on equal_weights.indicator_code = tai_values.indicator_code
where equal_weights.methodology_code = 'tai_equal'
group by
    equal_weights.indicator_code,
    equal_weights.direction_no,
    equal_weights.weight,
    equal_weights.value_cap,
    equal_weights.is_inverse,
    equal_weights.transform,
    equal_weights.normalisation
