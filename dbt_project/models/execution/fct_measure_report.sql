{{ config(
    materialized='incremental',
    unique_key=['ogrn'],
    on_schema_change='fail',
    indexes=[{'columns': ['submission_id']}]
) }}

-- Which figures count for a measure stands in the seed measure_volumes; the facts that it names are listed here.
{%- set facts = [
    'fct_act',
    'fct_admission',
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
    'fct_destination',
    'fct_digital_resource',
    'fct_digital_use',
    'fct_event',
    'fct_graduate_outcome',
    'fct_inclusion',
    'fct_inclusion_activity',
    'fct_information',
    'fct_intention',
    'fct_intention_area',
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
    'fct_territory_intention',
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

lines as (
    select
        *,
        row_number() over (order by measure_code, volume, mart, column_name, filter_value) as line_no
    from {{ ref('measure_volumes') }}
),

-- A number counts as it is, a yes as one, and so do a date and an address that are given; without a column rows count.
-- Materialised, so that what is sorted and summed below are these figures and not the whole rows of the facts.
figures as materialized (
    select
        lines.line_no,
        case
            when lines.measure_code = '*' then said.row_said ->> 'measure_code'
            else lines.measure_code
        end as measure_code,
        (said.row_said ->> lines.submission_column)::uuid as submission_id,
        (said.row_said ->> lines.date_column)::date as held_on,
        case
            when lines.column_name is null then 1
            else
                case jsonb_typeof(said.row_said -> lines.column_name)
                    when 'number' then (said.row_said ->> lines.column_name)::numeric
                    when 'boolean' then (said.row_said ->> lines.column_name)::boolean::integer
                    when 'string' then 1
                end
        end as figure
    from said
    inner join lines
        on
            said.mart = lines.mart
            and (
                lines.filter_column is null
                or said.row_said ->> lines.filter_column = lines.filter_value
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
        figures.line_no,
        figures.measure_code,
        figures.submission_id,
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
    left join planned
        on figures.measure_code = planned.measure_code
    group by
        figures.line_no,
        figures.measure_code,
        figures.submission_id
),

-- A figure that grows since January is set beside the reports before it in the same calendar year: the largest figure
-- among them, and the last month that they tell of. January lies in another school year than September: all years of a
-- touched organisation are made anew.
grown as (
    select
        by_line.measure_code,
        by_line.submission_id,
        by_line.figure,
        by_line.in_window,
        by_line.outside_window,
        by_line.first_held_on,
        by_line.last_held_on,
        lines.volume,
        lines.is_cumulative,
        {{ last_month('counting.period_code') }} as month_no,
        max(by_line.figure) over before_it as largest_before,
        max(case when by_line.figure is not null then {{ last_month('counting.period_code') }} end) over before_it
            as told_to_month
    from by_line
    inner join lines
        on by_line.line_no = lines.line_no
    inner join {{ ref('int_submission__counting') }} as counting
        on by_line.submission_id = counting.submission_id
    inner join {{ ref('roadmap_measures') }} as measures
        on
            by_line.measure_code = measures.measure_code
            and counting.region_code = measures.region_code
    window
        before_it as (
            partition by
                by_line.line_no,
                by_line.measure_code,
                counting.ogrn,
                {{ calendar_year('counting.period_code') }}
            order by counting.period_code
            rows between unbounded preceding and 1 preceding
        )
),

-- A report adds what exceeds the largest figure before it. If it tells less, one of the two is wrong, and what it adds
-- is not known: neither zero nor less. The first report of a calendar year adds all of its figure, as long as all of it
-- lies in the report's school year. Once another school year has begun since January, the figure holds the end of the
-- year before, too: unless a report of its last month, or a later one, tells how much, what was added is not known.
added as (
    select
        measure_code,
        submission_id,
        in_window,
        outside_window,
        first_held_on,
        last_held_on,
        volume,
        case
            when not is_cumulative then figure
            when figure < largest_before then null
            when
                month_no >= {{ var('reporting_year_first_month') }}
                and coalesce(told_to_month, 0) < {{ var('reporting_year_first_month') }} - 1 then null
            else figure - coalesce(largest_before, 0)
        end as figure
    from grown
),

-- What a report does not tell stays null: a zero is a reported one.
by_report as (
    select
        measure_code,
        submission_id,
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
        submission_id
    having count(figure) > 0
)

select
    by_report.measure_code,
    by_report.submission_id,
    counting.region_code,
    counting.ogrn,
    counting.form_code,
    counting.period_code,
    counting.school_year,
    counting.received_on,
    by_report.is_evidence,
    by_report.events,
    by_report.events_in_window,
    by_report.events_outside_window,
    by_report.first_event_on,
    by_report.last_event_on,
    by_report.participants,
    by_report.documents
from by_report
inner join {{ ref('int_submission__counting') }} as counting
    on by_report.submission_id = counting.submission_id
