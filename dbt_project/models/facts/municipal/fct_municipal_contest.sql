select
    region_code,
    ogrn,
    period_code,
    {{ school_year('period_code') }} as school_year,
    row_code as contest_kind,
    schools_count,
    works_submitted,
    works_accepted,
    winners,
    works_replicated,
    submission_id,
    row_no
from {{ touched(ref('stg_m1__contests')) }}
