{#-
  Cells of a cumulative count that are lower than in an earlier report of the same year. `within` is the year in which
  the count runs: an expression over period_code, such as calendar_year('period_code').
-#}
{% macro fallen(rule_id, cells, section, within) -%}
with cells as (
    {{ cells }}
),

compared as (
    select
        submission_id,
        row_no,
        field,
        amount,
        max(amount) over (
            partition by ogrn, row_key, field, {{ within }}
            order by period_code
            rows between unbounded preceding and 1 preceding
        ) as highest_before
    from cells
)

select
    '{{ rule_id }}' as rule_id,
    submission_id,
    '{{ section }}' as section,
    row_no,
    field,
    amount::text as received,
    highest_before::text as expected
from compared
where amount < highest_before
{%- endmacro %}
