-- 6.5: parents met since 1 September / pupils of grades 8-11: of a school, and of a centre's territory.
select
    '6.5' as indicator_code,
    schools.region_code,
    'school' as unit_type,
    schools.ogrn as unit_code,
    schools.school_year,
    (meetings.unique_parents_8_9 + meetings.unique_parents_10_11)::numeric as numerator,
    schools.students_8_11::numeric as denominator,
    {{ first_missing_reason(['schools.s1_missing_reason', 'schools.s12_missing_reason']) }} as missing_reason
from {{ ref('int_school_year__inputs') }} as schools
left join {{ ref('fct_parent_work') }} as meetings
    on schools.s12_submission_id = meetings.submission_id
union all
select
    '6.5' as indicator_code,
    centers.region_code,
    'employment_center' as unit_type,
    centers.ogrn as unit_code,
    centers.school_year,
    meetings.parents_unique::numeric as numerator,
    centers.students_8_11 as denominator,
    coalesce(centers.c6_missing_reason, centers.territory_missing_reason) as missing_reason
from {{ ref('int_center_year__inputs') }} as centers
left join {{ ref('fct_center_parent_work') }} as meetings
    on centers.c6_submission_id = meetings.submission_id
