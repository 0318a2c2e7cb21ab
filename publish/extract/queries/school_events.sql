with counted as (
    select
        m.municipality_code,
        m.municipality_name,
        e.activity_kind,
        count(*)::integer as events,
        (count(*) filter (where e.has_employer))::integer as events_with_employer,
        coalesce(sum(e.participants_total), 0)::integer as participations
    from marts.fct_event as e
    inner join marts.dim_organisation as o on o.ogrn = e.ogrn and o.is_current
    inner join marts.dim_municipality as m on m.municipality_code = o.municipality_code and m.is_current
    where e.region_code = %(region)s and e.period_code = %(period)s
    group by m.municipality_code, m.municipality_name, e.activity_kind
)

select
    municipality_code,
    municipality_name,
    activity_kind,
    events,
    events_with_employer,
    case when participations >= %(small)s or participations = 0 then participations end as participations,
    participations between 1 and %(small)s - 1 as is_suppressed
from counted
order by municipality_code, activity_kind
