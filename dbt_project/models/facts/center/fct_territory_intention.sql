select
    region_code,
    ogrn,
    period_code as school_year,
    row_code::integer as grade,
    schools_count,
    graduates_of_territory,
    surveyed_of_territory,
    to_grade_10,
    to_spo,
    to_university,
    to_work,
    to_army,
    undecided,
    to_other_region,
    submission_id,
    row_no
from {{ touched(ref('stg_c5__by_grade')) }}
