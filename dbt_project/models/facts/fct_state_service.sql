select
    region_code,
    ogrn,
    period_code,
    {{ school_year('period_code') }} as school_year,
    service_plan_year,
    service_fact_cumulative,
    service_age_14_17,
    service_disabled,
    service_individual,
    service_group,
    submission_id
from {{ touched(ref('stg_c1__card')) }}
