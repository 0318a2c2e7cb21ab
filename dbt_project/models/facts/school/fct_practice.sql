select
    submission_id,
    row_no,
    region_code,
    ogrn,
    period_code as school_year,
    title,
    measure_code,
    is_in_bank,
    adopted_by,
    practice_url
from {{ touched(ref('stg_s11__practices')) }}
