-- C1.CROSS.CUMULATIVE: the count since January is lower than in an earlier month of the same calendar year.
with months as (
    select
        submission_id,
        service_fact_cumulative,
        max(service_fact_cumulative) over (
            partition by ogrn, left(period_code, 4)
            order by period_code
            rows between unbounded preceding and 1 preceding
        ) as highest_before
    from {{ ref('fct_state_service') }}
)

select
    'C1.CROSS.CUMULATIVE' as rule_id,
    submission_id,
    'card' as section,
    0 as row_no,
    'service_fact_cumulative' as field,
    service_fact_cumulative::text as received,
    highest_before::text as expected
from months
where service_fact_cumulative < highest_before
