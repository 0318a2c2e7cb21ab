-- A measure in a school year: what the road map plans, what was asked, what came, what it says.
with served as (
    select distinct
        measure_code,
        form_code
    from {{ ref('measure_fields') }}
),

planned as (
    select
        measure_code,
        school_year,
        count(*) as windows,
        min(opens_on) as planned_from,
        max(closes_on) as planned_to
    from {{ ref('measure_windows') }}
    group by
        measure_code,
        school_year
),

asked as (
    select
        measures.measure_code,
        obligations.school_year,
        string_agg(distinct obligations.form_code, ', ' order by obligations.form_code) as forms,
        count(*) as reports_expected,
        count(*) filter (where obligations.is_due) as reports_due,
        count(*) filter (where obligations.counting_submission_id is not null) as reports_accepted,
        count(*) filter (where obligations.is_due and obligations.counting_submission_id is null) as reports_missing,
        count(distinct obligations.ogrn) as organisations_expected
    from {{ ref('roadmap_measures') }} as measures
    inner join served
        on measures.measure_code = served.measure_code
    inner join {{ ref('fct_obligation') }} as obligations
        on
            measures.region_code = obligations.region_code
            and served.form_code = obligations.form_code
    group by
        measures.measure_code,
        obligations.school_year
),

reported as (
    select
        reports.measure_code,
        reports.school_year,
        count(*) as evidence_submissions,
        count(distinct reports.ogrn) as organisations_reported,
        string_agg(distinct organisations.kind, ', ' order by organisations.kind) as reported_by,
        sum(reports.events) as events,
        sum(reports.participants) as participants,
        sum(reports.documents) as documents
    from {{ ref('fct_measure_report') }} as reports
    inner join {{ ref('dim_organisation') }} as organisations
        on
            reports.ogrn = organisations.ogrn
            and organisations.is_current
    group by
        reports.measure_code,
        reports.school_year
),

years as (
    select
        measure_code,
        school_year
    from planned
    union
    select
        measure_code,
        school_year
    from asked
),

put_together as (
    select
        measures.measure_code,
        measures.region_code,
        years.school_year,
        measures.not_reported_reason,
        asked.forms,
        planned.planned_from,
        planned.planned_to,
        reported.reported_by,
        coalesce(planned.windows, 0) as windows,
        coalesce(asked.reports_expected, 0) as reports_expected,
        coalesce(asked.reports_due, 0) as reports_due,
        coalesce(asked.reports_accepted, 0) as reports_accepted,
        coalesce(asked.reports_missing, 0) as reports_missing,
        coalesce(asked.organisations_expected, 0) as organisations_expected,
        coalesce(reported.organisations_reported, 0) as organisations_reported,
        coalesce(reported.evidence_submissions, 0) as evidence_submissions,
        coalesce(reported.events, 0) as events,
        coalesce(reported.participants, 0) as participants,
        coalesce(reported.documents, 0) as documents
    from years
    inner join {{ ref('roadmap_measures') }} as measures
        on years.measure_code = measures.measure_code
    left join planned
        on
            years.measure_code = planned.measure_code
            and years.school_year = planned.school_year
    left join asked
        on
            years.measure_code = asked.measure_code
            and years.school_year = asked.school_year
    left join reported
        on
            years.measure_code = reported.measure_code
            and years.school_year = reported.school_year
    where not measures.is_header
)

select
    measure_code,
    region_code,
    school_year,
    windows > 0 as is_planned,
    windows::integer as windows,
    planned_from,
    planned_to,
    forms,
    reports_expected::integer as reports_expected,
    reports_due::integer as reports_due,
    reports_accepted::integer as reports_accepted,
    organisations_expected::integer as organisations_expected,
    organisations_reported::integer as organisations_reported,
    reported_by,
    evidence_submissions::integer as evidence_submissions,
    events::bigint as events,
    participants::bigint as participants,
    documents::bigint as documents,
    case
        when not_reported_reason is not null or reports_expected = 0 then 'not_reportable'
        when evidence_submissions > 0 and reports_missing = 0 then 'done'
        when evidence_submissions > 0 then 'partly'
        when reports_due = 0 then 'not_due'
        else 'not_reported'
    end as status,
    case
        when not_reported_reason is not null then not_reported_reason
        when reports_expected = 0 then 'В этом учебном году ни одна форма не собирает сведений об этой мере'
    end as not_reportable_reason
from put_together
