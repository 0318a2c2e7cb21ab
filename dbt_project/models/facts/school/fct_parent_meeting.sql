select
    submission_id,
    row_no,
    region_code,
    ogrn,
    period_code,
    {{ school_year('period_code') }} as school_year,
    meeting_date,
    measure_code,
    title,
    meeting_kind,
    format,
    has_employer,
    parents
from {{ touched(ref('stg_s12__meetings')) }}
