{{ config(materialized='table') }}

-- Whether a form of an organisation can feed the indicators of a school year, and if not, why.
with obligations as (
    select
        region_code,
        ogrn,
        form_code,
        school_year,
        -- What was rejected before its due day is over can still be corrected in time.
        bool_or(status = 'rejected' and is_due) as has_rejected,
        bool_or(is_due) as is_due
    from {{ ref('fct_obligation') }}
    group by
        region_code,
        ogrn,
        form_code,
        school_year
),

accepted as (
    select
        region_code,
        ogrn,
        form_code,
        school_year,
        -- Periods sort by their end: 2025-H2, 2025-Q4 and 2025-12 come before 2026-H1, 2026-Q1 and 2026-01.
        (array_agg(submission_id order by period_code desc))[1] as latest_submission_id,
        max(period_code) as latest_period_code
    from {{ ref('int_submission__counting') }}
    group by
        region_code,
        ogrn,
        form_code,
        school_year
),

-- What was owed before the last accepted period and is not there: sums of the periods lack what that one counts in.
gaps as (
    select
        accepted.ogrn,
        accepted.form_code,
        accepted.school_year,
        case
            when bool_or(owed.status = 'rejected' and owed.is_due) then 'rejected'
            when bool_or(owed.is_due) then 'not_submitted'
            else 'not_due'
        end as gap_reason
    from accepted
    inner join {{ ref('fct_obligation') }} as owed
        on
            accepted.ogrn = owed.ogrn
            and accepted.form_code = owed.form_code
            and accepted.school_year = owed.school_year
            and accepted.latest_period_code > owed.period_code
    where owed.status not in ('accepted', 'accepted_late')
    group by
        accepted.ogrn,
        accepted.form_code,
        accepted.school_year
),

statuses as (
    select
        coalesce(accepted.region_code, obligations.region_code) as region_code,
        coalesce(accepted.ogrn, obligations.ogrn) as ogrn,
        coalesce(accepted.form_code, obligations.form_code) as form_code,
        coalesce(accepted.school_year, obligations.school_year) as school_year,
        accepted.latest_submission_id,
        accepted.ogrn is not null as is_accepted,
        coalesce(obligations.has_rejected, false) as has_rejected,
        coalesce(obligations.is_due, false) as is_due
    from obligations
    full join accepted
        on
            obligations.region_code = accepted.region_code
            and obligations.ogrn = accepted.ogrn
            and obligations.form_code = accepted.form_code
            and obligations.school_year = accepted.school_year
)

select
    statuses.region_code,
    statuses.ogrn,
    statuses.form_code,
    statuses.school_year,
    statuses.is_due,
    statuses.is_accepted,
    statuses.latest_submission_id,
    case
        when statuses.is_accepted then null
        when statuses.has_rejected then 'rejected'
        when statuses.is_due then 'not_submitted'
        else 'not_due'
    end as missing_reason,
    gaps.gap_reason
from statuses
left join gaps
    on
        statuses.ogrn = gaps.ogrn
        and statuses.form_code = gaps.form_code
        and statuses.school_year = gaps.school_year
