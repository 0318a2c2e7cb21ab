select
    region_code,
    ogrn,
    period_code,
    {{ school_year('period_code') }} as school_year,
    row_code as activity_kind,
    sessions_count,
    participations,
    specialists_school,
    specialists_college,
    specialists_center,
    specialists_other,
    specialists_total,
    organisations_count,
    submission_id,
    row_no
from {{ touched(ref('stg_c4__activities')) }}
