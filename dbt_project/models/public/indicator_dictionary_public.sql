select
    indicator_code,
    sort_no,
    direction_name,
    indicator_name,
    definition,
    formula,
    unit,
    source_forms
from {{ ref('dim_indicator') }}
