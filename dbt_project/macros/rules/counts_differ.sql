{#-
  Whether two counts of the same people differ by more than the set share of the second, and by more than a few people:
  the days on which forms count are months apart.
-#}
{% macro counts_differ(counted, known, share='rule_graduates_differ_share') -%}
    abs({{ counted }} - {{ known }}) > {{ var(share) }} * {{ known }}
    and abs({{ counted }} - {{ known }}) >= {{ var('rule_graduates_differ_min') }}
{%- endmacro %}
