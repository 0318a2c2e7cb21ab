select
    submission_id,
    row_no,
    region_code,
    ogrn,
    period_code,
    {{ school_year('period_code') }} as school_year,
    route_title,
    enterprise_inn,
    enterprise_name,
    visit_kind,
    is_turnstile_week,
    visits_count,
    participants_grade_7_below,
    participants_grade_8_9,
    participants_grade_10_11,
    participants_total,
    participants_ovz
from {{ touched(ref('stg_c8__routes')) }}
