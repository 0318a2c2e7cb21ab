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

{#-
  By how many places a unit is lower in one rating than in another, of the units that have a place in both; null for the
  others. Ratings of different size are not compared place by place: leaving one of them moves nobody.

  Used in the select of rows that have both places and a column has_both, true where neither is null.
-#}
{% macro places_lost(rank, other_rank, scope_keys) -%}
    case
        when has_both
            then (
                rank() over (partition by {{ scope_keys | join(', ') }}, has_both order by {{ rank }})
                - rank() over (partition by {{ scope_keys | join(', ') }}, has_both order by {{ other_rank }})
            )::integer
    end
{%- endmacro %}
