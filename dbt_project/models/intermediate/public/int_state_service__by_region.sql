select
    region_code,
    school_year,
    period_code,
    count(*)::integer as centers,
    coalesce(sum(service_plan_year), 0)::integer as service_plan_year,
    coalesce(sum(service_fact_cumulative), 0)::integer as service_fact_cumulative,
    coalesce(sum(service_age_14_17), 0)::integer as service_age_14_17
from {{ ref('fct_state_service') }}
group by
    region_code,
    school_year,
    period_code
