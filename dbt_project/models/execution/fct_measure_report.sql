{{ config(
    materialized='incremental',
    unique_key=['ogrn'],
    on_schema_change='fail',
    indexes=[{'columns': ['submission_id']}]
) }}

-- Which figures count for a measure stands in the seed measure_volumes; the facts that it names are listed here.
{%- set facts = [
    'fct_act',
    'fct_agreement',
    'fct_center_event',
    'fct_center_infrastructure',
    'fct_center_parent_work',
    'fct_center_staff_activity',
    'fct_center_tool',
    'fct_championship',
    'fct_college_event',
    'fct_college_year',
    'fct_consultation',
    'fct_contest',
    'fct_contingent',
    'fct_digital_resource',
    'fct_digital_use',
    'fct_event',
    'fct_inclusion',
    'fct_inclusion_activity',
    'fct_information',
    'fct_intention',
    'fct_municipal_activity',
    'fct_municipal_contest',
    'fct_municipal_event',
    'fct_parent_meeting',
    'fct_parent_work',
    'fct_practice',
    'fct_programme',
    'fct_programme_strategy',
    'fct_publication',
    'fct_route',
    'fct_school_passport',
    'fct_school_year',
    'fct_shift',
    'fct_show',
    'fct_staff',
    'fct_staff_training',
    'fct_staff_training_topic',
    'fct_state_service',
    'fct_survey',
    'fct_temporary_employment',
    'fct_trial',
] %}
with said as (
{%- for fact in facts %}
        {%- if not loop.first %}
            union all
        {%- endif %}
        select
            '{{ fact }}' as mart,
            to_jsonb(facts) as row_said
        from {{ touched(ref(fact), 'ogrn') }} as facts
    {%- endfor %}
),

-- A number counts as it is, a yes as one, and so do a date and an address that are given; without a column rows count.
figures as (
    select
        volumes.mart,
        volumes.column_name,
        volumes.filter_value,
        volumes.volume,
        volumes.is_cumulative,
        case
            when volumes.measure_code = '*' then said.row_said ->> 'measure_code'
            else volumes.measure_code
        end as measure_code,
        (said.row_said ->> volumes.submission_column)::uuid as submission_id,
        (said.row_said ->> volumes.date_column)::date as held_on,
        case
            when volumes.column_name is null then 1
            else
                case jsonb_typeof(said.row_said -> volumes.column_name)
                    when 'number' then (said.row_said ->> volumes.column_name)::numeric
                    when 'boolean' then (said.row_said ->> volumes.column_name)::boolean::integer
                    when 'string' then 1
                end
        end as figure
    from said
    inner join {{ ref('measure_volumes') }} as volumes
        on
            said.mart = volumes.mart
            and (
                volumes.filter_column is null
                or said.row_said ->> volumes.filter_column = volumes.filter_value
            )
),

planned as (
    select
        measure_code,
        range_agg(daterange(opens_on, closes_on, '[]')) as window_days
    from {{ ref('measure_windows') }}
    group by measure_code
),

by_line as (
    select
        figures.measure_code,
        figures.volume,
        figures.is_cumulative,
        counting.submission_id,
        counting.region_code,
        counting.ogrn,
        counting.form_code,
        counting.period_code,
        counting.school_year,
        counting.received_on,
        figures.mart,
        figures.column_name,
        figures.filter_value,
        sum(figures.figure) as figure,
        sum(case when planned.window_days @> figures.held_on then figures.figure else 0 end) filter (
            where figures.held_on is not null
        ) as in_window,
        sum(case when planned.window_days @> figures.held_on then 0 else figures.figure end) filter (
            where figures.held_on is not null
        ) as outside_window,
        min(figures.held_on) as first_held_on,
        max(figures.held_on) as last_held_on
    from figures
    inner join {{ ref('int_submission__counting') }} as counting
        on figures.submission_id = counting.submission_id
    inner join {{ ref('roadmap_measures') }} as measures
        on
            figures.measure_code = measures.measure_code
            and counting.region_code = measures.region_code
    left join planned
        on figures.measure_code = planned.measure_code
    group by
        figures.measure_code,
        figures.volume,
        figures.is_cumulative,
        counting.submission_id,
        counting.region_code,
        counting.ogrn,
        counting.form_code,
        counting.period_code,
        counting.school_year,
        counting.received_on,
        figures.mart,
        figures.column_name,
        figures.filter_value
),

-- Of a figure that grows since January each report counts what was added since the one before. January lies in another
-- school year than September: all years of a touched organisation are made anew.
added as (
    select
        measure_code,
        submission_id,
        region_code,
        ogrn,
        form_code,
        period_code,
        school_year,
        received_on,
        volume,
        in_window,
        outside_window,
        first_held_on,
        last_held_on,
        case
            when is_cumulative
                then figure - coalesce(
                    lag(figure) over (
                        partition by
                            measure_code,
                            volume,
                            mart,
                            column_name,
                            filter_value,
                            ogrn,
                            {{ calendar_year('period_code') }}
                        order by period_code
                    ),
                    0
                )
            else figure
        end as figure
    from by_line
)

-- What a report does not tell stays null: a zero is a reported one.
select
    measure_code,
    submission_id,
    region_code,
    ogrn,
    form_code,
    period_code,
    school_year,
    received_on,
    bool_or(figure <> 0) as is_evidence,
    (sum(figure) filter (where volume = 'events'))::integer as events,
    (sum(in_window) filter (where volume = 'events'))::integer as events_in_window,
    (sum(outside_window) filter (where volume = 'events'))::integer as events_outside_window,
    min(first_held_on) filter (where volume = 'events') as first_event_on,
    max(last_held_on) filter (where volume = 'events') as last_event_on,
    (sum(figure) filter (where volume = 'participants'))::integer as participants,
    (sum(figure) filter (where volume = 'documents'))::integer as documents
from added
group by
    measure_code,
    submission_id,
    region_code,
    ogrn,
    form_code,
    period_code,
    school_year,
    received_on
having count(figure) > 0
