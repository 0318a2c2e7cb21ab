select
    region_code,
    ogrn,
    period_code as school_year,
    row_code::integer as grade,
    graduates,
    surveyed,
    to_grade_10,
    to_spo,
    to_university,
    to_work,
    to_army,
    undecided,
    to_other_region,
    submission_id,
    row_no
from {{ touched(ref('stg_s5__by_grade')) }}
