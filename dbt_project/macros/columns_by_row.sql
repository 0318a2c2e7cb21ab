{#-
  Columns made of a matrix: for each row of it, by its code, and each of its columns one column of the result. An aggregate:
  group by submission_id. `names` says for each column of the matrix what it is called; * stands for the row's code.
-#}
{% macro columns_by_row(codes, names) -%}
    {%- for code in codes %}
    {%- set is_last_row = loop.last %}
    {%- for column, name in names.items() %}
        max({{ column }}) filter (where row_code = '{{ code }}') as {{ name | replace('*', code) }}
        {{- "," if not (is_last_row and loop.last) }}
    {%- endfor %}
    {%- endfor %}
{%- endmacro %}
