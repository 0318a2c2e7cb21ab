select *, null::text as group_code, 'example' as scope
from (
    {{ rating_score(
        direction_scores=ref('direction_scores'), unit_keys=['unit_code'], methodology=ref('all_methodology')
    ) }}
) as scored
