select
    region_code,
    ogrn,
    period_code,
    {{ school_year('period_code') }} as school_year,
    trials_planned,
    submission_id
from {{ touched(ref('stg_p2__card')) }}
