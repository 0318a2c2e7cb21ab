select
    region_code,
    ogrn,
    period_code as school_year,
    row_code as activity_kind,
    participants_ovz,
    participants_disabled,
    winners,
    submission_id,
    row_no
from {{ touched(ref('stg_s7__by_kind')) }}
