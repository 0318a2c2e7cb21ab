-- Z4: adolescents in temporary work with a trial or a mentor, each once / adolescents in temporary work.
-- The report for the December inside the school year closes the calendar year of the plan.
select
    'Z4' as indicator_code,
    centers.region_code,
    'employment_center' as unit_type,
    centers.ogrn as unit_code,
    centers.school_year,
    employed.employed_with_trial_or_mentor::numeric as numerator,
    employed.employed_cumulative::numeric as denominator,
    centers.c2_result_missing_reason as missing_reason
from {{ ref('int_center_year__inputs') }} as centers
left join {{ ref('fct_temporary_employment') }} as employed
    on centers.c2_result_submission_id = employed.submission_id
