select
    s.period_code,
    count(*)::integer as centers,
    coalesce(sum(s.service_plan_year), 0)::integer as service_plan_year,
    coalesce(sum(s.service_fact_cumulative), 0)::integer as service_fact_cumulative,
    coalesce(sum(s.service_age_14_17), 0)::integer as service_age_14_17
from marts.fct_state_service as s
inner join marts.dim_period as p on p.period_code = s.period_code
where s.region_code = %(region)s and p.starts_on between %(starts_on)s and %(ends_on)s
group by s.period_code
order by s.period_code
