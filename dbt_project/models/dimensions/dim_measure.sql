-- Forms and fields come from the contracts, windows from the calendar: the dimension only puts them together.
with served as (
    select
        measure_code,
        string_agg(distinct form_code, ', ' order by form_code) as reporting_forms,
        string_agg(
            form_code || '.' || section || '.' || field, ', '
            order by form_code, section, field
        ) as reporting_fields
    from {{ ref('measure_fields') }}
    group by measure_code
),

carried_out as (
    select
        measure_code,
        min(opens_on) as first_opens_on,
        max(closes_on) as last_closes_on
    from {{ ref('measure_windows') }}
    group by measure_code
)

select
    measures.measure_code,
    measures.region_code,
    measures.direction_no,
    measures.direction_title,
    measures.printed_number,
    measures.measure_name,
    measures.measure_text,
    measures.is_header,
    measures.executors,
    measures.executors_printed,
    measures.deadline_raw,
    measures.calendar,
    carried_out.first_opens_on,
    carried_out.last_closes_on,
    measures.result_form,
    served.reporting_forms,
    served.reporting_fields,
    measures.not_reported_reason
from {{ ref('roadmap_measures') }} as measures
left join served
    on measures.measure_code = served.measure_code
left join carried_out
    on measures.measure_code = carried_out.measure_code
