{{ config(tags=['layer_facts']) }}

-- A measure's periods add up to its school year, and both count exactly the evidence that fct_measure_report names.
-- Matters when a form gets a new rhythm or a period stands outside the calendar: evidence would be lost in silence.
-- To resolve: compare measure_execution with fct_measure_report for the measure and school year that are printed.
with told as (
    select
        'fct_measure_report' as mart,
        measure_code,
        school_year,
        0 as reports,
        is_evidence::integer as evidence,
        events,
        events_outside_window,
        participants,
        documents
    from {{ ref('fct_measure_report') }}
    {%- for mart in ['measure_execution', 'measure_execution_year'] %}
        union all
        select
            '{{ mart }}' as mart,
            measure_code,
            school_year,
            reports_expected as reports,
            evidence_submissions as evidence,
            events,
            events_outside_window,
            participants,
            documents
        from {{ ref(mart) }}
    {%- endfor %}
),

summed as (
    select
        mart,
        measure_code,
        school_year,
        sum(reports) as reports,
        sum(evidence) as evidence,
        sum(events) as events,
        sum(events_outside_window) as events_outside_window,
        sum(participants) as participants,
        sum(documents) as documents
    from told
    group by
        mart,
        measure_code,
        school_year
)

select
    measure_code,
    school_year
from summed
group by
    measure_code,
    school_year
having
    count(distinct row(evidence, events, events_outside_window, participants, documents)) > 1
    or count(distinct reports) filter (where mart <> 'fct_measure_report') > 1
    or (bool_or(mart = 'fct_measure_report') and count(*) < 3)
