select
    region_code,
    ogrn,
    period_code as school_year,
    row_code::integer as grade,
    students,
    students_ovz,
    disabled_within_ovz,
    disabled_outside_ovz,
    gifted,
    low_motivation,
    profminimum_students,
    submission_id,
    row_no
from {{ touched(ref('stg_s1__by_grade')) }}
where row_code <> 'total'
