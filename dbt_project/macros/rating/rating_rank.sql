{#-
  Step 5: competition ranks (1, 2, 2, 4) on the rounded score, overall and inside the comparability group.

  `scores` has methodology_code, the scope keys, score, is_ranked and group_code. Only ranked units take part; a unit
  outside every group has no rank in a group.
-#}
{% macro rating_rank(scores, scope_keys) -%}
select
    scores.*,
    case
        when is_ranked
            then rank() over (
                partition by methodology_code, {{ scope_keys | join(', ') }}, is_ranked
                order by score desc
            )
    end::integer as rank,
    case
        when is_ranked and group_code is not null
            then rank() over (
                partition by methodology_code, {{ scope_keys | join(', ') }}, is_ranked, group_code
                order by score desc
            )
    end::integer as rank_in_group
from {{ scores }} as scores
{%- endmacro %}
