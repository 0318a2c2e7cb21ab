select
    form_code,
    form_title,
    submitter,
    period_type,
    rhythm,
    formats,
    newest_version,
    newest_version_from,
    first_version_from,
    sections_count,
    fields_count
from {{ ref('forms') }}
