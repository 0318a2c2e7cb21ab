-- 3.6: events with an employer / events, over all accepted reports of the school year.
-- Who held no event has nothing to take a share of: denominator 0. A college's row is a trial for one school and grade.
with of_centers as (
    select
        ogrn,
        school_year,
        count(*) as events,
        count(*) filter (where has_employer) as events_with_employer
    from {{ ref('fct_center_event') }}
    group by
        ogrn,
        school_year
),

of_colleges as (
    select
        ogrn,
        school_year,
        count(*) as events,
        count(*) filter (where has_employer) as events_with_employer
    from {{ ref('fct_trial') }}
    group by
        ogrn,
        school_year
)

select
    '3.6' as indicator_code,
    schools.region_code,
    'school' as unit_type,
    schools.ogrn as unit_code,
    schools.school_year,
    coalesce(events.events_with_employer, 0)::numeric as numerator,
    coalesce(events.events, 0)::numeric as denominator,
    schools.s3_missing_reason as missing_reason
from {{ ref('int_school_year__inputs') }} as schools
left join {{ ref('int_event__by_school_year') }} as events
    on
        schools.ogrn = events.ogrn
        and schools.school_year = events.school_year
union all
select
    '3.6' as indicator_code,
    centers.region_code,
    'employment_center' as unit_type,
    centers.ogrn as unit_code,
    centers.school_year,
    coalesce(of_centers.events_with_employer, 0)::numeric as numerator,
    coalesce(of_centers.events, 0)::numeric as denominator,
    centers.c3_missing_reason as missing_reason
from {{ ref('int_center_year__inputs') }} as centers
left join of_centers
    on
        centers.ogrn = of_centers.ogrn
        and centers.school_year = of_centers.school_year
union all
select
    '3.6' as indicator_code,
    colleges.region_code,
    'spo_college' as unit_type,
    colleges.ogrn as unit_code,
    colleges.school_year,
    coalesce(of_colleges.events_with_employer, 0)::numeric as numerator,
    coalesce(of_colleges.events, 0)::numeric as denominator,
    colleges.p2_missing_reason as missing_reason
from {{ ref('int_college_year__inputs') }} as colleges
left join of_colleges
    on
        colleges.ogrn = of_colleges.ogrn
        and colleges.school_year = of_colleges.school_year
