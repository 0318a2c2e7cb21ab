select
    region_code,
    ogrn,
    period_code,
    {{ school_year('period_code') }} as school_year,
    row_code as event_kind,
    events_count,
    heads,
    teachers,
    psychologists,
    parents,
    participants_total,
    submission_id,
    row_no
from {{ touched(ref('stg_m1__events')) }}
