select
    submission_id,
    row_no,
    region_code,
    ogrn,
    period_code as school_year,
    specialty_code,
    admission_base,
    quota,
    applications,
    admitted_budget,
    admitted_paid,
    admitted_total,
    admitted_ovz,
    admitted_disabled,
    admitted_targeted,
    average_certificate_score
from {{ touched(ref('stg_p3__admission')) }}
