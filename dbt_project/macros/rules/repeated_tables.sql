{#-
  Share of a section's cells that repeat the value of the same period a year before, per submission. Cells that are zero
  in both years say nothing and are left out: a school without senior grades has rows of zeros every year.

  A section is what macro cells takes. Rows are compared whole, a line of this year with the line of the same key a year
  before: there are a sixth as many as cells.
-#}
{% macro repeated_tables(sections) -%}
with compared as (
    {%- for of in sections %}
    {{ repeated_cells(of) }}
    {{- "\n    union all" if not loop.last }}
    {%- endfor %}
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

{#- Per submission of a section: cells that are not zero in both years, those of them that are equal, and the first row. -#}
{% macro repeated_cells(of) -%}
    {%- set key = of.get('key', ['row_code']) %}
    select
        '{{ of.rule }}' as rule_id,
        '{{ of.section }}' as section,
        submission_id,
        min(row_no) filter (where cells > 0) as row_no,
        sum(cells) as cells,
        sum(equal_cells) as equal_cells
    from (
        select
            this_year.submission_id,
            this_year.row_no,
            num_nonnulls(
            {%- for field in of.fields %}
                nullif(this_year.{{ field }} <> 0 or last_year.{{ field }} <> 0, false){{ "," if not loop.last }}
            {%- endfor %}
            ) as cells,
            num_nonnulls(
            {%- for field in of.fields %}
                nullif(this_year.{{ field }} = last_year.{{ field }} and this_year.{{ field }} <> 0, false)
                {{- "," if not loop.last }}
            {%- endfor %}
            ) as equal_cells
        from {{ of.rows }} as this_year
        inner join {{ of.rows }} as last_year
            on
                this_year.ogrn = last_year.ogrn
                and {{ previous_year('this_year.period_code') }} = last_year.period_code
                {%- if key | length == 1 %}
                and this_year.{{ key[0] }} = last_year.{{ key[0] }}
                {%- elif key %}
                and concat_ws(' ', this_year.{{ key | join(', this_year.') }})
                = concat_ws(' ', last_year.{{ key | join(', last_year.') }})
                {%- endif %}
        {%- if key == ['row_code'] %}
        where this_year.row_code <> 'total'
        {%- endif %}
    ) as by_row
    group by submission_id
{%- endmacro %}
