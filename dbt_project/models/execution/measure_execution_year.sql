-- A measure in a school year: what the road map plans, what was asked, what came, what it says.
with planned as (
    select
        windows.measure_code,
        windows.school_year as period_code,
        count(*) as windows,
        min({{ window_opens_on('windows') }}) as planned_from,
        max(windows.closes_on) as planned_to,
        range_agg(daterange({{ window_opens_on('windows') }}, windows.closes_on, '[]')) as window_days
    from {{ ref('measure_windows') }} as windows
    group by
        windows.measure_code,
        windows.school_year
),

{{ measure_execution('school_year') }}

select
    measure_code,
    school_year,
    region_code,
    windows > 0 as is_planned,
    windows::integer as windows,
    planned_from,
    planned_to,
    planned_days::integer as planned_days,
    forms,
    reports_expected::integer as reports_expected,
    reports_due::integer as reports_due,
    reports_accepted::integer as reports_accepted,
    organisations_expected::integer as organisations_expected,
    organisations_reported::integer as organisations_reported,
    reported_by,
    evidence_submissions::integer as evidence_submissions,
    first_reported_on,
    last_reported_on,
    events::bigint as events,
    events_in_window::bigint as events_in_window,
    events_outside_window::bigint as events_outside_window,
    first_event_on,
    last_event_on,
    participants::bigint as participants,
    documents::bigint as documents,
    status,
    case
        when status = 'not_reportable'
            then coalesce(not_reported_reason, 'В этом учебном году ни одна форма не собирает сведений об этой мере')
    end as not_reportable_reason
from executed
