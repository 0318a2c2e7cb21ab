select
    region_code,
    ogrn,
    period_code as school_year,
    row_code as category,
    has_strategy,
    updated_on,
    programme_url,
    submission_id,
    row_no
from {{ touched(ref('stg_s13__programme')) }}
