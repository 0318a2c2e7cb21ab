{#-
  Cells that changed by more than the set share, and by the set number at least, against the report before. What was
  nothing before has just begun: that is no jump.
-#}
{% macro jumps(sections) -%}
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
        lag(amount) over (
            partition by rule_id, ogrn, row_key, field
            order by period_code
        ) as amount_before
    from cells
)

select
    rule_id,
    submission_id,
    section,
    row_no,
    field,
    amount::text as received,
    amount_before::text as expected
from compared
where
    amount_before > 0
    and abs(amount - amount_before) > {{ var('rule_jump_share') }} * amount_before
    and abs(amount - amount_before) >= {{ var('rule_jump_min') }}
{%- endmacro %}
