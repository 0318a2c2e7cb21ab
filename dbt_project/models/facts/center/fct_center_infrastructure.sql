select
    region_code,
    ogrn,
    period_code as school_year,
    mobile_centers_count,
    diagnosed_count,
    practices_submitted,
    practices_included,
    submission_id
from {{ touched(ref('stg_c7__card')) }}
