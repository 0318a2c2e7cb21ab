with decided as (
    select
        service.*,
        not coalesce(cells.is_shown, false) as is_withheld
    from {{ ref('int_state_service__by_region') }} as service
    left join {{ source('ledger', 'disclosure_cell') }} as cells
        on
            cells.table_name = 'state_service'
            and cells.unit_type = 'region'
            and service.region_code = cells.unit_code
            and service.period_code = cells.item
            and service.region_code = cells.region_code
            and service.school_year = cells.school_year
            and cells.value = service.service_fact_cumulative::double precision
            and cells.basis = service.service_age_14_17::double precision
)

select
    region_code,
    period_code,
    centers,
    service_plan_year,
    case when not is_withheld then service_fact_cumulative end as service_fact_cumulative,
    case when not is_withheld then service_age_14_17 end as service_age_14_17,
    is_withheld as is_suppressed
from decided
