-- 4.4: adolescents in temporary work, at most the plan / plan of the year.
-- The report for the December inside the school year closes the calendar year of the plan.
select
    '4.4' as indicator_code,
    centers.region_code,
    'employment_center' as unit_type,
    centers.ogrn as unit_code,
    centers.school_year,
    least(employed.employed_cumulative, employed.employment_plan_year)::numeric as numerator,
    employed.employment_plan_year::numeric as denominator,
    centers.c2_result_missing_reason as missing_reason
from {{ ref('int_center_year__inputs') }} as centers
left join {{ ref('fct_temporary_employment') }} as employed
    on centers.c2_result_submission_id = employed.submission_id
