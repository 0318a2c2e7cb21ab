select
    region_code,
    ogrn,
    period_code,
    {{ school_year('period_code') }} as school_year,
    row_code as show_kind,
    shows_count,
    viewers,
    viewers_pupils,
    submission_id,
    row_no
from {{ touched(ref('stg_c9__shows')) }}
