select
    events.region_code,
    events.school_year,
    events.period_code,
    organisations.municipality_code,
    events.activity_kind,
    count(*)::integer as events,
    (count(*) filter (where events.has_employer))::integer as events_with_employer,
    coalesce(sum(events.participants_total), 0)::integer as participations
from {{ ref('fct_event') }} as events
inner join {{ ref('dim_organisation') }} as organisations
    on
        events.ogrn = organisations.ogrn
        and organisations.is_current
group by
    events.region_code,
    events.school_year,
    events.period_code,
    organisations.municipality_code,
    events.activity_kind
