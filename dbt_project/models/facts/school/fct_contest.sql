select
    submission_id,
    row_no,
    region_code,
    ogrn,
    period_code as school_year,
    title,
    measure_code,
    level,
    works,
    winners,
    prize_winners
from {{ touched(ref('stg_s11__contests')) }}
