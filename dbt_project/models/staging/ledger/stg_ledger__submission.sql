-- Everything received by the moment of the build, whatever came of it.
with submissions as (
    select
        submission_id,
        receipt_id,
        region_code,
        ogrn,
        form_code,
        form_version,
        period_code,
        sha256,
        received_at,
        state,
        row_count,
        cell_count
    from {{ source('ledger', 'submission') }}
    where received_at <= {{ as_of() }}
),

receipts as (
    select
        receipt_id,
        channel,
        source_uri,
        file_name,
        sender_ogrn
    from {{ source('ledger', 'receipt') }}
),

current_decisions as (
    select
        submission_id,
        outcome,
        ruleset_version,
        critical_count,
        warning_count,
        decided_at
    from {{ source('ledger', 'decision') }}
    where is_current
),

revisions as (
    select
        submission_id,
        revision
    from {{ source('ledger', 'submission_revision') }}
),

late as (
    select submission_id
    from {{ after_closing() }}
)

select
    submissions.submission_id,
    submissions.receipt_id,
    submissions.region_code,
    submissions.ogrn,
    receipts.sender_ogrn,
    submissions.form_code,
    submissions.form_version,
    submissions.period_code,
    {{ school_year('submissions.period_code') }} as school_year,
    revisions.revision,
    receipts.channel,
    receipts.source_uri,
    receipts.file_name,
    submissions.sha256,
    submissions.received_at,
    (submissions.received_at at time zone regions.timezone)::date as received_on,
    submissions.state,
    current_decisions.outcome,
    coalesce({{ is_accepted('current_decisions.outcome') }}, false) as is_accepted,
    current_decisions.ruleset_version,
    current_decisions.critical_count,
    current_decisions.warning_count,
    current_decisions.decided_at,
    submissions.row_count,
    submissions.cell_count,
    late.submission_id is not null as is_after_closing
from submissions
inner join receipts
    on submissions.receipt_id = receipts.receipt_id
inner join {{ ref('stg_ledger__region') }} as regions
    on submissions.region_code = regions.region_code
left join current_decisions
    on submissions.submission_id = current_decisions.submission_id
left join revisions
    on submissions.submission_id = revisions.submission_id
left join late
    on submissions.submission_id = late.submission_id
