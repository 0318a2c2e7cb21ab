select
    submission_id,
    row_no,
    region_code,
    ogrn,
    period_code as school_year,
    measure_code,
    events_count,
    pupils,
    students,
    specialists,
    volunteers,
    applications,
    winners
from {{ touched(ref('stg_p6__events')) }}
