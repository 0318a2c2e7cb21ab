select
    submission_id,
    row_no,
    region_code,
    ogrn,
    period_code as school_year,
    specialty_code,
    admission_base,
    study_form,
    students_course_1,
    students_course_2,
    students_course_3,
    students_course_4,
    students_total,
    students_ovz,
    disabled_within_ovz,
    disabled_outside_ovz,
    students_targeted
from {{ touched(ref('stg_p1__specialties')) }}
