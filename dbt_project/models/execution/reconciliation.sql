-- The same fact as two sources tell it. A source that says nothing leaves its value empty; nothing is not zero.
-- What each source is asked: comparison, source, its rows, unit, period, detail, figure. Figures of a unit are summed.
{%- set grade, base = 'said.grade::text', "replace(said.admission_base, 'grade_', '')" %}
{%- set year, year_before = 'said.school_year', previous_school_year('said.school_year') %}
{%- set quarter = quarter_of_month('said.period_code') %}
{%- set municipality, region = 'placed.municipality_code', 'said.region_code' %}
{%- set asked = [
    ('trials', 'first', 'trials_of_schools', 'said.ogrn', 'said.period_code', "'all'", 'said.participants'),
    ('trials', 'second', ref('fct_trial'), 'said.school_ogrn', quarter, "'all'", 'said.participants'),
    ('guidance_services', 'first', 'diagnosed', municipality, year, "'all'", 'said.unique_8_9 + said.unique_10_11'),
    ('guidance_services', 'second', 'served', municipality, year, "'all'", 'said.service_age_14_17'),
    ('intentions', 'first', ref('fct_intention'), municipality, year, grade, 'said.surveyed'),
    ('intentions', 'second', ref('fct_territory_intention'), municipality, year, grade, 'said.surveyed_of_territory'),
    ('intended_and_admitted', 'first', ref('fct_intention'), region, year, grade, 'said.to_spo'),
    ('intended_and_admitted', 'second', ref('fct_admission'), region, year_before, base, 'said.admitted_total'),
    ('graduates', 'first', ref('fct_intention'), 'said.ogrn', year, grade, 'said.graduates'),
    ('graduates', 'second', ref('fct_destination'), 'said.ogrn', year, grade, 'said.graduates'),
    ('passport_total', 'first', 'printed_totals', 'said.ogrn', 'said.period_code', "'all'", 'said.students'),
    ('passport_total', 'second', ref('fct_contingent'), 'said.ogrn', year, "'all'", 'said.students'),
    ('pupils_with_ovz', 'first', ref('fct_contingent'), 'said.ogrn', year, "'all'", 'said.students_ovz'),
    ('pupils_with_ovz', 'second', ref('fct_inclusion'), 'said.ogrn', year, "'all'", 'said.students_ovz'),
    ('left_for_colleges', 'first', ref('fct_destination'), municipality, year, "'all'", 'said.to_spo'),
    ('left_for_colleges', 'second', 'admitted', 'said.municipality_code', year_before, "'all'", 'said.admitted_total'),
] %}
with placed as (
    select
        organisations.ogrn,
        years.period_code as school_year,
        organisations.municipality_code
    from {{ ref('dim_organisation') }} as organisations
    inner join {{ ref('dim_period') }} as years
        on {{ organisation_in_force('organisations', 'years.ends_on') }}
    where years.period_type = 'school_year'
),

-- A school that reports and held no trial says none, which is not nothing.
trials_of_schools as (
    select
        coverage.region_code,
        coverage.ogrn,
        coverage.period_code,
        coalesce(events.participants_total, 0) as participants
    from {{ ref('fct_event_coverage') }} as coverage
    left join {{ ref('fct_event') }} as events
        on
            coverage.submission_id = events.submission_id
            and events.activity_kind = 'trial'
    where coverage.activity_kind = 'trial'
),

-- What is counted since September or January holds the whole year in its last period.
diagnosed as (
    select
        region_code,
        ogrn,
        school_year,
        unique_8_9,
        unique_10_11
    from {{ ref('fct_event_coverage') }}
    where
        activity_kind = 'diagnostics'
        and is_latest_in_year
),

served as (
    select distinct on (ogrn, school_year)
        region_code,
        ogrn,
        school_year,
        service_age_14_17
    from {{ ref('fct_state_service') }}
    order by
        ogrn asc,
        school_year asc,
        period_code desc
),

printed_totals as (
    select
        region_code,
        ogrn,
        period_code,
        students
    from {{ ref('stg_s1__by_grade') }}
    where row_code = 'total'
),

codes as (
    select distinct
        oktmo,
        coalesce(parent_code, municipality_code) as municipality_code
    from {{ ref('dim_municipality') }}
    where is_municipality
),

admitted as (
    select
        territories.region_code,
        territories.school_year,
        territories.admitted_total,
        codes.municipality_code
    from {{ ref('fct_admission_territory') }} as territories
    inner join codes
        on left(territories.school_oktmo, 8) = codes.oktmo
),

told as (
    {{ told_by_sources(asked) }}
),

compared as (
    select
        told.reconciliation_code,
        reconciliations.unit_type,
        told.region_code,
        told.unit_code,
        told.period_code,
        told.detail,
        reconciliations.relation,
        reconciliations.tolerance_share,
        reconciliations.tolerance_count,
        sum(told.figure) filter (where told.source = 'first') as first_value,
        sum(told.figure) filter (where told.source = 'second') as second_value
    from told
    inner join {{ ref('reconciliations') }} as reconciliations
        on told.reconciliation_code = reconciliations.reconciliation_code
    group by
        told.reconciliation_code,
        reconciliations.unit_type,
        told.region_code,
        told.unit_code,
        told.period_code,
        told.detail,
        reconciliations.relation,
        reconciliations.tolerance_share,
        reconciliations.tolerance_count
),

measured as (
    select
        reconciliation_code,
        unit_type,
        region_code,
        unit_code,
        period_code,
        detail,
        relation,
        first_value,
        second_value,
        first_value - second_value as difference,
        greatest(
            tolerance_count, floor(tolerance_share * greatest(first_value, second_value))
        ) as tolerance
    from compared
)

select
    reconciliation_code,
    region_code,
    unit_type,
    unit_code,
    period_code,
    detail,
    first_value::bigint as first_value,
    second_value::bigint as second_value,
    difference::bigint as difference,
    tolerance::bigint as tolerance,
    case
        when difference is null then 'one_sided'
        when difference = 0 or (relation = 'at_least' and difference > 0) then 'agree'
        when abs(difference) <= tolerance then 'within_tolerance'
        else 'differ'
    end as verdict
from measured
