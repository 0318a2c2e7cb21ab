select
    submission_id,
    row_no,
    region_code,
    ogrn,
    period_code as school_year,
    title,
    programme_kind,
    hours,
    groups,
    students_grade_6_7,
    students_grade_8,
    students_grade_9,
    students_grade_10_11,
    students_total,
    students_ovz,
    programme_url
from {{ touched(ref('stg_s11__programmes')) }}
