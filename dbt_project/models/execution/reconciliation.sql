-- The same fact as two sources tell it. A source that says nothing leaves its value empty; nothing is not zero.
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

codes as (
    select distinct
        oktmo,
        coalesce(parent_code, municipality_code) as municipality_code
    from {{ ref('dim_municipality') }}
    where is_municipality
),

told as (
    -- trials
    select
        'trials' as reconciliation_code,
        coverage.region_code,
        coverage.ogrn as unit_code,
        coverage.period_code,
        'all' as detail,
        'first' as source,
        coalesce(sum(events.participants_total), 0) as figure
    from {{ ref('fct_event_coverage') }} as coverage
    left join {{ ref('fct_event') }} as events
        on
            coverage.submission_id = events.submission_id
            and events.activity_kind = 'trial'
    where coverage.activity_kind = 'trial'
    group by
        coverage.region_code,
        coverage.ogrn,
        coverage.period_code
    union all
    select
        'trials' as reconciliation_code,
        trials.region_code,
        trials.school_ogrn as unit_code,
        {{ quarter_of_month('trials.period_code') }} as period_code,
        'all' as detail,
        'second' as source,
        sum(trials.participants) as figure
    from {{ ref('fct_trial') }} as trials
    group by
        trials.region_code,
        trials.school_ogrn,
        {{ quarter_of_month('trials.period_code') }}
    union all
    -- guidance_services
    select
        'guidance_services' as reconciliation_code,
        coverage.region_code,
        placed.municipality_code as unit_code,
        coverage.school_year as period_code,
        'all' as detail,
        'first' as source,
        sum(coverage.unique_8_9 + coverage.unique_10_11) as figure
    from {{ ref('fct_event_coverage') }} as coverage
    inner join placed
        on
            coverage.ogrn = placed.ogrn
            and coverage.school_year = placed.school_year
    where
        coverage.activity_kind = 'diagnostics'
        and coverage.is_latest_in_year
    group by
        coverage.region_code,
        placed.municipality_code,
        coverage.school_year
    union all
    select
        'guidance_services' as reconciliation_code,
        services.region_code,
        placed.municipality_code as unit_code,
        services.school_year as period_code,
        'all' as detail,
        'second' as source,
        sum(services.service_age_14_17) as figure
    from (
        select
            region_code,
            ogrn,
            school_year,
            service_age_14_17,
            row_number() over (partition by ogrn, school_year order by period_code desc) as recency
        from {{ ref('fct_state_service') }}
    ) as services
    inner join placed
        on
            services.ogrn = placed.ogrn
            and services.school_year = placed.school_year
    where services.recency = 1
    group by
        services.region_code,
        placed.municipality_code,
        services.school_year
    union all
    -- intentions
    select
        'intentions' as reconciliation_code,
        intentions.region_code,
        placed.municipality_code as unit_code,
        intentions.school_year as period_code,
        intentions.grade::text as detail,
        'first' as source,
        sum(intentions.surveyed) as figure
    from {{ ref('fct_intention') }} as intentions
    inner join placed
        on
            intentions.ogrn = placed.ogrn
            and intentions.school_year = placed.school_year
    group by
        intentions.region_code,
        placed.municipality_code,
        intentions.school_year,
        intentions.grade
    union all
    select
        'intentions' as reconciliation_code,
        intentions.region_code,
        placed.municipality_code as unit_code,
        intentions.school_year as period_code,
        intentions.grade::text as detail,
        'second' as source,
        sum(intentions.surveyed_of_territory) as figure
    from {{ ref('fct_territory_intention') }} as intentions
    inner join placed
        on
            intentions.ogrn = placed.ogrn
            and intentions.school_year = placed.school_year
    group by
        intentions.region_code,
        placed.municipality_code,
        intentions.school_year,
        intentions.grade
    union all
    -- intended_and_admitted
    select
        'intended_and_admitted' as reconciliation_code,
        region_code,
        region_code as unit_code,
        school_year as period_code,
        grade::text as detail,
        'first' as source,
        sum(to_spo) as figure
    from {{ ref('fct_intention') }}
    group by
        region_code,
        school_year,
        grade
    union all
    select
        'intended_and_admitted' as reconciliation_code,
        region_code,
        region_code as unit_code,
        {{ previous_school_year('school_year') }} as period_code,
        replace(admission_base, 'grade_', '') as detail,
        'second' as source,
        sum(admitted_total) as figure
    from {{ ref('fct_admission') }}
    group by
        region_code,
        school_year,
        admission_base
    union all
    -- graduates
    select
        'graduates' as reconciliation_code,
        region_code,
        ogrn as unit_code,
        school_year as period_code,
        grade::text as detail,
        'first' as source,
        graduates as figure
    from {{ ref('fct_intention') }}
    union all
    select
        'graduates' as reconciliation_code,
        region_code,
        ogrn as unit_code,
        school_year as period_code,
        grade::text as detail,
        'second' as source,
        graduates as figure
    from {{ ref('fct_destination') }}
    union all
    -- passport_total
    select
        'passport_total' as reconciliation_code,
        region_code,
        ogrn as unit_code,
        period_code,
        'all' as detail,
        'first' as source,
        students as figure
    from {{ ref('stg_s1__by_grade') }}
    where row_code = 'total'
    union all
    select
        'passport_total' as reconciliation_code,
        region_code,
        ogrn as unit_code,
        school_year as period_code,
        'all' as detail,
        'second' as source,
        sum(students) as figure
    from {{ ref('fct_contingent') }}
    group by
        region_code,
        ogrn,
        school_year
    union all
    -- pupils_with_ovz
    select
        'pupils_with_ovz' as reconciliation_code,
        region_code,
        ogrn as unit_code,
        school_year as period_code,
        'all' as detail,
        'first' as source,
        sum(students_ovz) as figure
    from {{ ref('fct_contingent') }}
    group by
        region_code,
        ogrn,
        school_year
    union all
    select
        'pupils_with_ovz' as reconciliation_code,
        region_code,
        ogrn as unit_code,
        school_year as period_code,
        'all' as detail,
        'second' as source,
        sum(students_ovz) as figure
    from {{ ref('fct_inclusion') }}
    group by
        region_code,
        ogrn,
        school_year
    union all
    -- left_for_colleges
    select
        'left_for_colleges' as reconciliation_code,
        destinations.region_code,
        placed.municipality_code as unit_code,
        destinations.school_year as period_code,
        'all' as detail,
        'first' as source,
        sum(destinations.to_spo) as figure
    from {{ ref('fct_destination') }} as destinations
    inner join placed
        on
            destinations.ogrn = placed.ogrn
            and destinations.school_year = placed.school_year
    group by
        destinations.region_code,
        placed.municipality_code,
        destinations.school_year
    union all
    select
        'left_for_colleges' as reconciliation_code,
        territories.region_code,
        codes.municipality_code as unit_code,
        {{ previous_school_year('territories.school_year') }} as period_code,
        'all' as detail,
        'second' as source,
        sum(territories.admitted_total) as figure
    from {{ ref('fct_admission_territory') }} as territories
    inner join codes
        on left(territories.school_oktmo, 8) = codes.oktmo
    group by
        territories.region_code,
        codes.municipality_code,
        territories.school_year
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
        max(told.figure) filter (where told.source = 'first') as first_value,
        max(told.figure) filter (where told.source = 'second') as second_value
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
