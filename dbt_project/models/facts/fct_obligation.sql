{{ config(materialized='table') }}

with obligations as (
    select
        obligations.ogrn,
        obligations.form_code,
        obligations.period_code,
        obligations.region_code,
        obligations.school_year,
        obligations.opens_on,
        obligations.due_on,
        obligations.grace_until,
        obligations.closes_on,
        -- Who sends a report on the due day is on time: it is missed only when that day is over.
        obligations.due_on < regions.as_of_on as is_due
    from {{ ref('stg_ledger__obligation') }} as obligations
    inner join {{ ref('stg_ledger__region') }} as regions
        on obligations.region_code = regions.region_code
),

answered as (
    select
        obligations.ogrn,
        obligations.form_code,
        obligations.period_code,
        obligations.region_code,
        obligations.school_year,
        obligations.opens_on,
        obligations.due_on,
        obligations.grace_until,
        obligations.closes_on,
        obligations.is_due,
        revisions.first_received_at,
        revisions.first_received_on,
        revisions.first_accepted_at,
        revisions.first_accepted_on,
        counting.submission_id as counting_submission_id,
        coalesce(revisions.revisions, 0)::integer as revisions,
        revisions.revisions_until_accepted::integer as revisions_until_accepted,
        coalesce(revisions.has_rejected, false) as has_rejected,
        coalesce(revisions.first_accepted_on <= obligations.due_on, false) as is_on_time
    from obligations
    left join {{ ref('int_obligation__revisions') }} as revisions
        on
            obligations.region_code = revisions.region_code
            and obligations.ogrn = revisions.ogrn
            and obligations.form_code = revisions.form_code
            and obligations.period_code = revisions.period_code
    left join {{ ref('int_submission__counting') }} as counting
        on
            obligations.region_code = counting.region_code
            and obligations.ogrn = counting.ogrn
            and obligations.form_code = counting.form_code
            and obligations.period_code = counting.period_code
)

select
    ogrn,
    form_code,
    period_code,
    region_code,
    school_year,
    opens_on,
    due_on,
    grace_until,
    closes_on,
    is_due,
    case
        when counting_submission_id is not null and is_on_time then 'accepted'
        when counting_submission_id is not null then 'accepted_late'
        when has_rejected then 'rejected'
        when is_due then 'not_submitted'
        else 'not_due'
    end as status,
    first_received_at,
    first_received_on,
    first_accepted_at,
    counting_submission_id,
    is_on_time,
    case when first_accepted_on is not null then greatest(first_accepted_on - due_on, 0) end as days_late,
    revisions,
    revisions_until_accepted
from answered
