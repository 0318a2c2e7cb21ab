{{ config(materialized='table', indexes=[{'columns': ['ogrn', 'school_year'], 'unique': true}]) }}

-- What every school indicator starts from: why a form is missing, and the contingent.
{%- set forms = ['S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S7', 'S8', 'S9', 'S11', 'S12'] %}
with statuses as (
    select
        ogrn,
        school_year,
        {{ form_statuses(forms) }},
        max(gap_reason) filter (where form_code = 'S3') as s3_gap_reason
    from {{ ref('int_form_year__status') }}
    group by
        ogrn,
        school_year
),

collected as (
    select
        {{ form_collected_until(forms) }}
    from {{ ref('int_form_year__status') }}
)

select
    units.region_code,
    units.ogrn,
    units.school_year,
    units.municipality_code,
    units.has_grade_10_11,
    {{ form_missing_reason(forms) }},
    statuses.s3_gap_reason,
    contingents.students_6_11,
    contingents.students_8_11,
    contingents.students_9_11,
    contingents.profminimum_students_6_11
from {{ ref('int_unit_year__active') }} as units
inner join statuses
    on
        units.ogrn = statuses.ogrn
        and units.school_year = statuses.school_year
cross join collected
left join {{ ref('int_contingent__by_school') }} as contingents
    on
        units.ogrn = contingents.ogrn
        and units.school_year = contingents.school_year
where units.kind = 'school'
