select *, null::text as group_code, 'example' as scope
from (
    {{ rating_score(weighted=ref('weighted'), unit_keys=['unit_code'], methodology=ref('all_methodology')) }}
) as scored
