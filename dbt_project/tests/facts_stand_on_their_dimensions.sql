{{ config(tags=['layer_facts']) }}

-- Every row of these facts has its organisation, its period and its submission in the tables that facts are joined to.
-- One test for all of them: each test costs a build its time. Their keys are primary keys of the database.
-- Matters when a form is read into a new fact: a row without them is left out of every sum by municipality or year.
-- To resolve: `what` is the value that stands in no table; follow the submission of the row with `orientir trace`.
{%- set periods = {
    'fct_act': 'period_code',
    'fct_admission': 'school_year',
    'fct_admission_territory': 'school_year',
    'fct_agreement': 'period_code',
    'fct_center_event': 'period_code',
    'fct_center_event_coverage': 'period_code',
    'fct_center_infrastructure': 'school_year',
    'fct_center_parent_work': 'period_code',
    'fct_center_staff': 'period_code',
    'fct_center_staff_activity': 'period_code',
    'fct_center_tool': 'school_year',
    'fct_championship': 'school_year',
    'fct_college_contingent': 'school_year',
    'fct_college_event': 'school_year',
    'fct_college_year': 'school_year',
    'fct_consultation': 'period_code',
    'fct_contest': 'school_year',
    'fct_destination': 'school_year',
    'fct_digital_resource': 'period_code',
    'fct_digital_use': 'period_code',
    'fct_graduate_outcome': 'period_code',
    'fct_inclusion': 'school_year',
    'fct_inclusion_activity': 'school_year',
    'fct_information': 'period_code',
    'fct_intention_area': 'school_year',
    'fct_municipal_activity': 'period_code',
    'fct_municipal_contest': 'period_code',
    'fct_municipal_event': 'period_code',
    'fct_parent_meeting': 'period_code',
    'fct_parent_work': 'period_code',
    'fct_practice': 'school_year',
    'fct_programme': 'school_year',
    'fct_programme_strategy': 'school_year',
    'fct_publication': 'period_code',
    'fct_route': 'period_code',
    'fct_school_year': 'school_year',
    'fct_shift': 'school_year',
    'fct_show': 'period_code',
    'fct_staff': 'period_code',
    'fct_staff_training': 'period_code',
    'fct_staff_training_topic': 'period_code',
    'fct_survey': 'school_year',
    'fct_temporary_employment': 'period_code',
    'fct_territory_intention': 'school_year',
    'fct_territory_intention_area': 'school_year',
    'fct_trial_plan': 'period_code',
} %}
{%- set several_forms = {
    'fct_college_year': ['p1', 'p3', 'p6'],
    'fct_school_year': ['s7', 's9', 's10', 's11', 's13'],
} %}
with stated (fact, stated_as, what) as (
{%- for fact, period in periods.items() %}
    {%- if not loop.first %}
    union
    {%- endif %}
    select
        '{{ fact }}',
        'organisation',
        ogrn
    from {{ ref(fact) }}
    union
    select
        '{{ fact }}',
        'period',
        {{ period }}
    from {{ ref(fact) }}
    {%- for form in several_forms.get(fact, ['']) %}
    {%- set submission_id = form ~ '_submission_id' if form else 'submission_id' %}
    union
    select
        '{{ fact }}',
        'submission',
        {{ submission_id }}::text
    from {{ ref(fact) }}
    where {{ submission_id }} is not null
    {%- endfor %}
{%- endfor %}
),

known (stated_as, what) as (
    select
        'organisation',
        ogrn
    from {{ ref('dim_organisation') }}
    union
    select
        'period',
        period_code
    from {{ ref('dim_period') }}
    union
    select
        'submission',
        submission_id::text
    from {{ ref('fct_submission') }}
)

select
    stated.fact,
    stated.stated_as,
    stated.what
from stated
left join known
    on
        stated.stated_as = known.stated_as
        and stated.what = known.what
where known.what is null
