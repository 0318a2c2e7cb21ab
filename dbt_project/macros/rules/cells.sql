{#-
  One row per numeric cell of a section of a form: rule_id, section, ogrn, period_code, submission_id, row_no,
  row_key, field, amount, and the year in which the count runs where the section says so.

  A section is {rule, section, rows, fields} and may have `key`, the columns that name a row whatever its place (the row's
  code if left out, none for a card), and `within`, an expression over listing.period_code. The row of totals is left
  out.
-#}
{% macro cells(of) -%}
    {%- set key = of.get('key', ['row_code']) %}
    select
        '{{ of.rule }}' as rule_id,
        '{{ of.section }}' as section,
        listing.ogrn,
        listing.period_code,
        listing.submission_id,
        listing.row_no,
        {% if key -%}
        concat_ws(' ', listing.{{ key | join(', listing.') }}) as row_key,
        {%- else -%}
        '' as row_key,
        {%- endif %}
        {%- if of.within is defined %}
        {{ of.within }} as counted_within,
        {%- endif %}
        listed.field,
        listed.amount
    from {{ of.rows }} as listing
    cross join lateral (
        values
        {% for field in of.fields -%}
        ('{{ field }}', listing.{{ field }}::numeric){{ "," if not loop.last }}
        {% endfor %}
    ) as listed (field, amount)
    {%- if key == ['row_code'] %}
    where listing.row_code <> 'total'
    {%- endif %}
{%- endmacro %}

{#- The cells of several sections, one below the other. -#}
{% macro cells_of_all(sections) -%}
    {%- for of in sections %}
    {{ cells(of) }}
    {{- "\n    union all" if not loop.last }}
    {%- endfor %}
{%- endmacro %}
