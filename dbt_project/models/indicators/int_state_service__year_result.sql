{{ config(materialized='view') }}

-- One row per employment centre and school year: its report for the month that closes the calendar year.
with centres as (
    select
        region_code,
        ogrn,
        school_year,
        {{ first_year('school_year') }} || '-' || lpad('{{ var("service_result_month") }}', 2, '0') as period_code
    from {{ ref('int_unit_year__active') }}
    where kind = 'employment_center'
)

select
    centres.region_code,
    centres.ogrn,
    centres.school_year,
    centres.period_code,
    services.service_plan_year,
    services.service_fact_cumulative,
    services.service_age_14_17,
    case
        when services.ogrn is not null then null
        when obligations.is_due and obligations.status in ('rejected', 'not_submitted') then obligations.status
        else 'not_due'
    end as missing_reason
from centres
left join {{ ref('fct_state_service') }} as services
    on
        centres.ogrn = services.ogrn
        and centres.period_code = services.period_code
left join {{ ref('fct_obligation') }} as obligations
    on
        centres.ogrn = obligations.ogrn
        and centres.period_code = obligations.period_code
        and obligations.form_code = 'C1'
