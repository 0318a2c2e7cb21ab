select
    region_code,
    ogrn,
    period_code,
    {{ school_year('period_code') }} as school_year,
    row_code as consultation_kind,
    consultations_count,
    pupils,
    parents,
    recipients_total,
    recipients_ovz,
    submission_id,
    row_no
from {{ touched(ref('stg_c6__consultations')) }}
