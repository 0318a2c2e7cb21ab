select
    region_code,
    ogrn,
    period_code as school_year,
    row_code::integer as grade,
    graduates,
    to_grade_10,
    to_spo,
    to_university,
    continued,
    to_work,
    to_army,
    not_placed,
    to_other_region,
    entered_as_intended,
    submission_id,
    row_no
from {{ touched(ref('stg_s6__by_grade')) }}
