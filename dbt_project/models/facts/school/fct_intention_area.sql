select
    region_code,
    ogrn,
    period_code as school_year,
    row_code as area,
    grade_9,
    grade_11,
    submission_id,
    row_no
from {{ touched(ref('stg_s10__by_area')) }}
where row_code <> 'total'
