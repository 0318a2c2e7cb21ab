select
    region_code,
    ogrn,
    period_code as school_year,
    row_code as tool_kind,
    available,
    acquired,
    on_mobile,
    acquired_thousand_rub,
    submission_id,
    row_no
from {{ touched(ref('stg_c7__tools')) }}
where row_code <> 'total'
