select
    municipality_code,
    region_code,
    municipality_name,
    municipality_type,
    parent_code,
    oktmo_2026
from {{ ref('municipalities') }}
