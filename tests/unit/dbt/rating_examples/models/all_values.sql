-- tai_log10 takes the two logged columns back to raw values: the transform of the engine logs them again.
select
    methodologies.methodology_code,
    tai_values.unit_code,
    tai_values.indicator_code,
    case
        when
            methodologies.methodology_code = 'tai_log10'
            and tai_values.indicator_code in ('telephones', 'electricity')
            then power(10, tai_values.value)
        else tai_values.value
    end as value,
    null::text as missing_reason
from {{ ref('tai_values') }} as tai_values
cross join {{ ref('all_methodology') }} as methodologies
where methodologies.methodology_code like 'tai%'
union all
select methodology_code, unit_code, indicator_code, value, missing_reason
from {{ ref('hand_values') }}
