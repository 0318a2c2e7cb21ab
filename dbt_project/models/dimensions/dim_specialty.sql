select
    specialty_code,
    title as specialty_title,
    kind,
    left(specialty_code, 2) as group_code
from {{ ref('specialties') }}
