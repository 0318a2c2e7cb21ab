-- Z2: recipients aged 14-17 / recipients.
-- The month is the December inside the school year: it closes the calendar year of the state assignment.
select
    'Z2' as indicator_code,
    months.region_code,
    'employment_center' as unit_type,
    months.ogrn as unit_code,
    months.school_year,
    months.service_age_14_17::numeric as numerator,
    months.service_fact_cumulative::numeric as denominator,
    months.missing_reason
from {{ ref('int_state_service__year_result') }} as months
