select
    region_code,
    ogrn,
    period_code as school_year,
    row_code as area,
    to_spo_grade_9,
    to_spo_grade_11,
    to_university_grade_11,
    intend_total,
    submission_id,
    row_no
from {{ touched(ref('stg_c5__by_field_of_study')) }}
where row_code <> 'total'
