select
    region_code,
    ogrn,
    period_code,
    {{ school_year('period_code') }} as school_year,
    row_code as topic,
    need_training,
    trained_half_year,
    trained_3_years,
    submission_id,
    row_no
from {{ touched(ref('stg_s4__by_topic')) }}
where row_code <> 'unique'
