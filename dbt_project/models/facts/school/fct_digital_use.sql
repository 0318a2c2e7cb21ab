select
    region_code,
    ogrn,
    period_code,
    {{ school_year('period_code') }} as school_year,
    row_code::integer as grade,
    students,
    portfolios,
    portfolios_updated,
    resource_users,
    ticket_registered,
    ticket_diagnosed,
    submission_id,
    row_no
from {{ touched(ref('stg_s8__by_grade')) }}
where row_code <> 'total'
