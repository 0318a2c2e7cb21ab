select
    region_code,
    ogrn,
    period_code,
    {{ school_year('period_code') }} as school_year,
    row_code::integer as grade,
    unique_since_september,
    center_visitors,
    unique_ovz,
    submission_id,
    row_no
from {{ touched(ref('stg_c3__coverage')) }}
