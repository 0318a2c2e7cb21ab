-- Z1: recipients of the state service, at most the plan / plan of the year.
-- The month is the December inside the school year: it closes the calendar year of the state assignment.
select
    'Z1' as indicator_code,
    months.region_code,
    'employment_center' as unit_type,
    months.ogrn as unit_code,
    months.school_year,
    least(months.service_fact_cumulative, months.service_plan_year)::numeric as numerator,
    months.service_plan_year::numeric as denominator,
    months.missing_reason
from {{ ref('int_state_service__year_result') }} as months
