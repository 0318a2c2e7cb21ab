select
    ogrn,
    form_code,
    period_code,
    region_code,
    {{ school_year('period_code') }} as school_year,
    opens_on,
    due_on,
    grace_until,
    closes_on
from {{ source('ledger', 'obligation') }}
