{#-
  Cells of cumulative counts that are lower than in an earlier report of the same year; `within` of a section is the
  year in which its count runs.
-#}
{% macro fallen(sections) -%}
with cells as (
    {{ cells_of_all(sections) }}
),

compared as (
    select
        rule_id,
        section,
        submission_id,
        row_no,
        field,
        amount,
        max(amount) over (
            partition by rule_id, ogrn, row_key, field, counted_within
            order by period_code
            rows between unbounded preceding and 1 preceding
        ) as highest_before
    from cells
)

select
    rule_id,
    submission_id,
    section,
    row_no,
    field,
    amount::text as received,
    highest_before::text as expected
from compared
where amount < highest_before
{%- endmacro %}
