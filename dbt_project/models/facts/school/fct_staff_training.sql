select
    region_code,
    ogrn,
    period_code,
    {{ school_year('period_code') }} as school_year,
    row_code as position,
    staff,
    engaged,
    need_training,
    trained_half_year,
    trained_3_years,
    attended_events,
    submission_id,
    row_no
from {{ touched(ref('stg_s4__by_position')) }}
where row_code <> 'total'
