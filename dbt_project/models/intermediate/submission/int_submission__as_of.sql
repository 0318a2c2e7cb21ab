{{ config(indexes=[{'columns': ['submission_id'], 'unique': true}]) }}

select
    submission_id,
    region_code,
    ogrn,
    sender_ogrn,
    form_code,
    form_version,
    period_code,
    school_year,
    revision,
    channel,
    source_uri,
    file_name,
    sha256,
    received_at,
    received_on,
    state,
    outcome,
    is_accepted,
    ruleset_version,
    critical_count,
    warning_count,
    decided_at,
    row_count,
    cell_count,
    is_after_closing
from {{ ref('stg_ledger__submission') }}
