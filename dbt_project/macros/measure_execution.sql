{#- First day of a window of the calendar. The госзадание is counted since January, but each of its windows is one month. -#}
{% macro window_opens_on(windows) -%}
    case
        when {{ windows }}.rhythm = 'cumulative' then date_trunc('month', {{ windows }}.closes_on)::date
        else {{ windows }}.opens_on
    end
{%- endmacro %}

{#-
  CTEs that tell what was asked and what was said of each measure, beside what its calendar plans; the last one, `executed`,
  has a row per measure and period. The model tells before it, in the CTE `planned`, what is planned:
  measure_code, period_code, windows, planned_from, planned_to, window_days (datemultirange).

    period  `period_code`: every period of reporting by itself; `school_year`: all reports of a school year together
-#}
{% macro measure_execution(period) -%}
owed as (
    select
        region_code,
        form_code,
        {{ period }} as period_code,
        count(*) as reports_expected,
        count(*) filter (where is_due) as reports_due,
        count(*) filter (where counting_submission_id is not null) as reports_accepted,
        count(*) filter (where is_due and counting_submission_id is null) as reports_missing
    from {{ ref('fct_obligation') }}
    group by
        region_code,
        form_code,
        {{ period }}
),

served as (
    select distinct
        measures.measure_code,
        measures.region_code,
        fields.form_code
    from {{ ref('roadmap_measures') }} as measures
    inner join {{ ref('measure_fields') }} as fields
        on measures.measure_code = fields.measure_code
),

asked as (
    select
        served.measure_code,
        owed.period_code,
        string_agg(owed.form_code, ', ' order by owed.form_code) as forms,
        sum(owed.reports_expected) as reports_expected,
        sum(owed.reports_due) as reports_due,
        sum(owed.reports_accepted) as reports_accepted,
        sum(owed.reports_missing) as reports_missing
    from served
    inner join owed
        on
            served.region_code = owed.region_code
            and served.form_code = owed.form_code
    group by
        served.measure_code,
        owed.period_code
),

-- An organisation may owe several forms that serve a measure.
owing as (
    select
        measure_code,
        period_code,
        count(*) as organisations_expected
    from (
        select distinct
            served.measure_code,
            obligations.{{ period }} as period_code,
            obligations.ogrn
        from served
        inner join {{ ref('fct_obligation') }} as obligations
            on
                served.region_code = obligations.region_code
                and served.form_code = obligations.form_code
    ) as organisations
    group by
        measure_code,
        period_code
),

reported as (
    select
        reports.measure_code,
        reports.{{ period }} as period_code,
        count(*) filter (where reports.is_evidence) as evidence_submissions,
        count(distinct reports.ogrn) filter (where reports.is_evidence) as organisations_reported,
        string_agg(distinct organisations.kind, ', ' order by organisations.kind) filter (
            where reports.is_evidence
        ) as reported_by,
        min(reports.received_on) filter (where reports.is_evidence) as first_reported_on,
        max(reports.received_on) filter (where reports.is_evidence) as last_reported_on,
        sum(reports.events) as events,
        sum(reports.events_in_window) as events_in_window,
        sum(reports.events_outside_window) as events_outside_window,
        min(reports.first_event_on) as first_event_on,
        max(reports.last_event_on) as last_event_on,
        sum(reports.participants) as participants,
        sum(reports.documents) as documents
    from {{ ref('fct_measure_report') }} as reports
    inner join {{ ref('dim_organisation') }} as organisations
        on
            reports.ogrn = organisations.ogrn
            and organisations.is_current
    group by
        reports.measure_code,
        reports.{{ period }}
),

told as (
    select
        measure_code,
        period_code
    from planned
    union
    select
        measure_code,
        period_code
    from asked
    union
    select
        measure_code,
        period_code
    from reported
    where evidence_submissions > 0
),

-- What was said comes first, planned or not. Silence tells of a measure only where it is planned: without a window nothing had
-- to be done, whether reports are missing or not. Then come reports that are owed and, as their windows may open later, those
-- of a period that still lasts. What is left is asked for by no form.
executed as (
    select
        measures.measure_code,
        measures.region_code,
        periods.period_code,
        periods.period_type,
        periods.school_year,
        measures.not_reported_reason,
        asked.forms,
        planned.planned_from,
        planned.planned_to,
        reported.reported_by,
        reported.first_reported_on,
        reported.last_reported_on,
        reported.events,
        reported.events_in_window,
        reported.events_outside_window,
        reported.first_event_on,
        reported.last_event_on,
        reported.participants,
        reported.documents,
        coalesce(planned.windows, 0) as windows,
        coalesce(
            (select sum(upper(days_together) - lower(days_together)) from unnest(planned.window_days) as days_together), 0
        ) as planned_days,
        coalesce(asked.reports_expected, 0) as reports_expected,
        coalesce(asked.reports_due, 0) as reports_due,
        coalesce(asked.reports_accepted, 0) as reports_accepted,
        coalesce(owing.organisations_expected, 0) as organisations_expected,
        coalesce(reported.organisations_reported, 0) as organisations_reported,
        coalesce(reported.evidence_submissions, 0) as evidence_submissions,
        case
            when reported.evidence_submissions > 0 and coalesce(asked.reports_missing, 0) = 0 then 'done'
            when reported.evidence_submissions > 0 then 'partly'
            when planned.windows > 0 and asked.reports_due > 0 then 'not_reported'
            when asked.reports_expected > 0 then 'not_due'
            when
                periods.ends_on >= regions.as_of_on
                and exists (
                    select 1
                    from served
                    inner join {{ ref('dim_form') }} as forms
                        on served.form_code = forms.form_code
                    where
                        served.measure_code = measures.measure_code
                        and forms.first_version_from <= periods.ends_on
                        {%- if period == 'period_code' %}
                        and forms.period_type = periods.period_type
                        {%- endif %}
                ) then 'not_due'
            else 'not_reportable'
        end as status
    from told
    inner join {{ ref('roadmap_measures') }} as measures
        on told.measure_code = measures.measure_code
    inner join {{ ref('dim_period') }} as periods
        on told.period_code = periods.period_code
    left join {{ ref('stg_ledger__region') }} as regions
        on measures.region_code = regions.region_code
    left join planned
        on
            told.measure_code = planned.measure_code
            and told.period_code = planned.period_code
    left join asked
        on
            told.measure_code = asked.measure_code
            and told.period_code = asked.period_code
    left join owing
        on
            told.measure_code = owing.measure_code
            and told.period_code = owing.period_code
    left join reported
        on
            told.measure_code = reported.measure_code
            and told.period_code = reported.period_code
    where not measures.is_header
)
{%- endmacro %}
