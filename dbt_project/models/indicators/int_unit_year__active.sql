{{ config(materialized='table', indexes=[{'columns': ['ogrn', 'school_year'], 'unique': true}]) }}

-- Organisations in the school years in which something was due from them or accepted: each gets its indicators.
-- An organisation that moved is counted where it stood when the school year ended, or now while the year goes on.
with active as (
    select
        region_code,
        ogrn,
        school_year
    from {{ ref('int_form_year__status') }}
    group by
        region_code,
        ogrn,
        school_year
    having bool_or(is_due or is_accepted)
)

select
    active.region_code,
    active.ogrn,
    organisations.kind,
    organisations.municipality_code,
    organisations.is_urban,
    organisations.has_grade_10_11,
    active.school_year
from active
inner join {{ ref('dim_period') }} as years
    on active.school_year = years.period_code
inner join {{ ref('dim_organisation') }} as organisations
    on
        active.ogrn = organisations.ogrn
        and {{ organisation_in_force('organisations', 'years.ends_on') }}
