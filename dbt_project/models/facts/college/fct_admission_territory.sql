select
    submission_id,
    row_no,
    region_code,
    ogrn,
    period_code as school_year,
    school_oktmo,
    admitted_after_9,
    admitted_after_11,
    admitted_total
from {{ touched(ref('stg_p3__territories')) }}
