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
        (array_agg(submission_id order by period_code desc))[1] as latest_submission_id
    from {{ ref('int_submission__counting') }}
    group by
        region_code,
        ogrn,
        form_code,
        school_year
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
    region_code,
    ogrn,
    form_code,
    school_year,
    is_due,
    is_accepted,
    latest_submission_id,
    case
        when is_accepted then null
        when has_rejected then 'rejected'
        when is_due then 'not_submitted'
        else 'not_due'
    end as missing_reason
from statuses
