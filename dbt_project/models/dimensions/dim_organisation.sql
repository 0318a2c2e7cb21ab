select
    ogrn,
    region_code,
    kind,
    name_short,
    name_full,
    inn,
    municipality_code,
    territory_code,
    is_urban,
    has_grade_10_11,
    valid_from,
    valid_to
from {{ ref('stg_ledger__organisation') }}
