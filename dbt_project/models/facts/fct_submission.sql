{{ config(
    materialized='table',
    indexes=[{'columns': ['ogrn', 'form_code', 'period_code']}]
) }}

-- The next build compares with it to find what has changed. So it comes after all that is made of submissions: a build
-- that ends in the middle leaves it as it was. Beside the facts that measures are counted from these are:
{%- for fact in [
    'fct_admission_territory',
    'fct_center_event_coverage',
    'fct_center_staff',
    'fct_college_contingent',
    'fct_event_coverage',
    'fct_measure_report',
    'fct_territory_intention_area',
    'fct_trial_plan',
] %}
-- depends_on: {{ ref(fact) }}
{%- endfor %}

select
    submissions.submission_id,
    submissions.region_code,
    submissions.ogrn,
    submissions.sender_ogrn,
    submissions.form_code,
    submissions.form_version,
    submissions.period_code,
    submissions.school_year,
    submissions.revision::integer as revision,
    submissions.state,
    submissions.outcome,
    submissions.received_at,
    submissions.received_on,
    counting.submission_id is not null as is_counting,
    submissions.is_after_closing,
    submissions.critical_count,
    submissions.warning_count,
    submissions.ruleset_version,
    submissions.decided_at,
    submissions.channel,
    submissions.source_uri,
    submissions.file_name,
    submissions.sha256,
    submissions.row_count,
    submissions.cell_count
from {{ ref('int_submission__as_of') }} as submissions
left join {{ ref('int_submission__counting') }} as counting
    on submissions.submission_id = counting.submission_id
