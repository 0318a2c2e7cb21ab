select methodology_code, unit_code, scope
from {{ ref('ranked') }}
where methodology_code like 'drawn%' and is_ranked
