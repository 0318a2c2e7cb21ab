{{ config(materialized='table') }}

-- What every indicator of a college starts from: why a form is missing, and the students.
{%- set forms = ['P1', 'P2', 'P3', 'P4', 'P5', 'P6'] %}
with statuses as (
    select
        ogrn,
        school_year,
        {{ form_statuses(forms) }}
    from {{ ref('int_form_year__status') }}
    group by
        ogrn,
        school_year
),

collected as (
    select
        {{ form_collected_until(forms) }}
    from {{ ref('int_form_year__status') }}
),

contingents as (
    select
        ogrn,
        school_year,
        sum(students_total) as students
    from {{ ref('fct_college_contingent') }}
    group by
        ogrn,
        school_year
)

select
    units.region_code,
    units.ogrn,
    units.school_year,
    {{ form_missing_reason(forms) }},
    coalesce(contingents.students, 0) as students
from {{ ref('int_unit_year__active') }} as units
inner join statuses
    on
        units.ogrn = statuses.ogrn
        and units.school_year = statuses.school_year
cross join collected
left join contingents
    on
        units.ogrn = contingents.ogrn
        and units.school_year = contingents.school_year
where units.kind = 'spo_college'
