select
    measure_code,
    region_code,
    direction_no,
    measure_name,
    is_header,
    executors,
    deadline_raw,
    calendar,
    result_form,
    periodic_submission,
    source,
    fields
from {{ ref('roadmap_measures') }}
