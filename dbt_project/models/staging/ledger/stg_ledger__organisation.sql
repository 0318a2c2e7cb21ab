select
    ogrn,
    region_code,
    kind,
    inn,
    name_full,
    name_short,
    oktmo as municipality_code,
    territory_oktmo as territory_code,
    is_urban,
    has_grade_10_11,
    valid_from,
    valid_to
from {{ source('ledger', 'organisation') }}
