-- 4.5: adolescents of 14-17 in temporary work / pupils of grades 8-11 of the territory.
-- The report for the December inside the school year closes the calendar year of the plan.
select
    '4.5' as indicator_code,
    centers.region_code,
    'employment_center' as unit_type,
    centers.ogrn as unit_code,
    centers.school_year,
    (employed.employed_age_14_15 + employed.employed_age_16_17)::numeric as numerator,
    centers.students_8_11 as denominator,
    coalesce(centers.c2_result_missing_reason, centers.territory_missing_reason) as missing_reason
from {{ ref('int_center_year__inputs') }} as centers
left join {{ ref('fct_temporary_employment') }} as employed
    on centers.c2_result_submission_id = employed.submission_id
