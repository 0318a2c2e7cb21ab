select
    submission_id,
    row_no,
    region_code,
    ogrn,
    period_code,
    {{ school_year('period_code') }} as school_year,
    trial_date,
    trial_title,
    specialty_code,
    school_ogrn,
    grade,
    participants,
    participants_ovz,
    employer_involved as has_employer,
    duration_hours
from {{ touched(ref('stg_p2__trials')) }}
