select
    finding_id,
    submission_id,
    ruleset_version,
    source,
    rule_id,
    severity,
    category,
    section,
    sheet,
    cell,
    row_no,
    field,
    received,
    expected,
    message,
    hint
from {{ source('ledger', 'finding') }}
