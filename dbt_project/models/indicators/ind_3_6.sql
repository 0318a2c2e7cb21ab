-- 3.6: events with an employer / events, over all accepted quarters of the school year.
-- A school whose accepted reports hold no event has nothing to take a share of: denominator 0.
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
