-- A measure in a period: what the calendar plans, what was asked, what came, what it says.
-- Its periods are those of the forms that serve it: a school year is planned if a window counts to it, a shorter period
-- if it shares days with a window. A measure that no form serves has the periods that its windows are.
with period_types as (
    select distinct
        served.measure_code,
        forms.period_type
    from {{ ref('measure_fields') }} as served
    inner join {{ ref('dim_form') }} as forms
        on served.form_code = forms.form_code
),

windows as (
    select
        windows.measure_code,
        windows.school_year,
        coalesce(windows.period_code, windows.school_year) as period_code,
        {{ window_opens_on('windows') }} as opens_on,
        windows.closes_on
    from {{ ref('measure_windows') }} as windows
),

shared_days as (
    select
        windows.measure_code,
        periods.period_code,
        case
            when periods.period_type = 'school_year' then windows.opens_on
            else greatest(windows.opens_on, periods.starts_on)
        end as opens_on,
        case
            when periods.period_type = 'school_year' then windows.closes_on
            else least(windows.closes_on, periods.ends_on)
        end as closes_on
    from windows
    inner join {{ ref('dim_period') }} as periods
        on
            case
                when periods.period_type = 'school_year' then windows.school_year = periods.period_code
                else windows.opens_on <= periods.ends_on and windows.closes_on >= periods.starts_on
            end
    left join period_types
        on
            windows.measure_code = period_types.measure_code
            and periods.period_type = period_types.period_type
    where
        period_types.measure_code is not null
        or (
            windows.period_code = periods.period_code
            and windows.measure_code not in (select of_forms.measure_code from period_types as of_forms)
        )
),

planned as (
    select
        measure_code,
        period_code,
        count(*) as windows,
        min(opens_on) as planned_from,
        max(closes_on) as planned_to,
        range_agg(daterange(opens_on, closes_on, '[]')) as window_days
    from shared_days
    group by
        measure_code,
        period_code
),

{{ measure_execution('period_code') }}

select
    measure_code,
    period_code,
    region_code,
    period_type,
    school_year,
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
            then coalesce(not_reported_reason, 'За этот период ни одна форма не собирает сведений об этой мере')
    end as not_reportable_reason
from executed
