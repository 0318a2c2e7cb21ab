with decided as (
    select
        events.*,
        not coalesce(cells.is_shown, false) as is_withheld
    from {{ ref('int_event__by_municipality') }} as events
    left join {{ source('ledger', 'disclosure_cell') }} as cells
        on
            cells.table_name = 'events'
            and cells.unit_type = 'municipality'
            and events.municipality_code = cells.unit_code
            and cells.item = events.period_code || ' ' || events.activity_kind
            and events.region_code = cells.region_code
            and events.school_year = cells.school_year
            and cells.value = events.participations::double precision
)

select
    decided.region_code,
    decided.period_code,
    decided.municipality_code,
    municipalities.municipality_name,
    decided.activity_kind,
    decided.events,
    decided.events_with_employer,
    case when not decided.is_withheld then decided.participations end as participations,
    decided.is_withheld as is_suppressed
from decided
inner join {{ ref('dim_municipality') }} as municipalities
    on
        decided.municipality_code = municipalities.municipality_code
        and municipalities.is_current
