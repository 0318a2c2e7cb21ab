{{ config(materialized='table') }}

-- What every indicator of a centre starts from: why a form is missing, and the pupils of its territory.
-- A plan of temporary work is of a calendar year: the December inside the school year closes it.
-- No form asks which schools a centre serves: its territory is its municipality, shared evenly between several centres.
{%- set forms = ['C2', 'C3', 'C5', 'C6', 'C8'] %}
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

units as (
    select
        region_code,
        ogrn,
        school_year,
        municipality_code,
        {{ first_year('school_year') }} || '-'
        || lpad('{{ var("service_result_month") }}', 2, '0') as result_period_code,
        count(*) over (partition by municipality_code, school_year) as centers
    from {{ ref('int_unit_year__active') }}
    where kind = 'employment_center'
),

-- The report for the month itself: another month's is no result of the year.
results as (
    select
        ogrn,
        period_code,
        status,
        is_due
    from {{ ref('fct_obligation') }}
    where form_code = 'C2'
),

territories as (
    select
        municipality_code,
        school_year,
        sum(students_6_11) as students_6_11,
        sum(students_8_11) as students_8_11,
        sum(students_9_11) as students_9_11
    from {{ ref('int_school_year__inputs') }}
    where s1_missing_reason is null
    group by
        municipality_code,
        school_year
)

select
    units.region_code,
    units.ogrn,
    units.school_year,
    {{ form_missing_reason(forms) }},
    employed.submission_id as c2_result_submission_id,
    case
        when employed.ogrn is not null then null
        when results.is_due and results.status in ('rejected', 'not_submitted') then results.status
        when results.ogrn is null and units.school_year <= collected.c2_until and not coalesce(statuses.has_c2, false)
            then 'not_applicable'
        else 'not_due'
    end as c2_result_missing_reason,
    case when territories.municipality_code is null then 'not_applicable' end as territory_missing_reason,
    territories.students_6_11::numeric / units.centers as students_6_11,
    territories.students_8_11::numeric / units.centers as students_8_11,
    territories.students_9_11::numeric / units.centers as students_9_11
from units
inner join statuses
    on
        units.ogrn = statuses.ogrn
        and units.school_year = statuses.school_year
cross join collected
left join {{ ref('fct_temporary_employment') }} as employed
    on
        units.ogrn = employed.ogrn
        and units.result_period_code = employed.period_code
left join results
    on
        units.ogrn = results.ogrn
        and units.result_period_code = results.period_code
left join territories
    on
        units.municipality_code = territories.municipality_code
        and units.school_year = territories.school_year
