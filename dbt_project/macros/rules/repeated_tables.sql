{#-
  Share of a section's cells that repeat the value of the same period a year before, per submission. Cells that are zero
  in both years say nothing and are left out: a school without senior grades has rows of zeros every year.
-#}
{% macro repeated_tables(sections) -%}
with cells as (
    {{ cells_of_all(sections) }}
),

compared as (
    select
        this_year.rule_id,
        this_year.section,
        this_year.submission_id,
        min(this_year.row_no) as row_no,
        count(*) as cells,
        count(*) filter (where this_year.amount = last_year.amount) as equal_cells
    from cells as this_year
    inner join cells as last_year
        on
            this_year.rule_id = last_year.rule_id
            and this_year.ogrn = last_year.ogrn
            and {{ previous_year('this_year.period_code') }} = last_year.period_code
            and this_year.row_key = last_year.row_key
            and this_year.field = last_year.field
    where this_year.amount <> 0 or last_year.amount <> 0
    group by
        this_year.rule_id,
        this_year.section,
        this_year.submission_id
)

select
    rule_id,
    submission_id,
    section,
    row_no,
    null::text as field,
    round(100.0 * equal_cells / cells) || ' %' as received,
    round(100.0 * {{ var('rule_copy_equal_share') }}) || ' %' as expected
from compared
where
    cells >= {{ var('rule_copy_min_cells') }}
    and equal_cells >= {{ var('rule_copy_equal_share') }} * cells
{%- endmacro %}
