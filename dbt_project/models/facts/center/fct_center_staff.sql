select
    region_code,
    ogrn,
    period_code,
    {{ school_year('period_code') }} as school_year,
    staff_count,
    staff_trained,
    specialists_unique,
    submission_id
from {{ touched(ref('stg_c4__card')) }}
