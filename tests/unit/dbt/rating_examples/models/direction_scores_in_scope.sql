select *, 'example' as scope
from {{ ref('direction_scores') }}
