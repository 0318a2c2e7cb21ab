{#-
  One row per numeric cell of a staging model: ogrn, period_code, submission_id, row_no, row_key, field, amount.
  `key` are the columns that name a row whatever its place; none for a card. The row of totals is left out.
-#}
{% macro cells(relation, fields, key=['row_code']) -%}
    select
        listing.ogrn,
        listing.period_code,
        listing.submission_id,
        listing.row_no,
        {% if key -%}
        concat_ws(' ', listing.{{ key | join(', listing.') }}) as row_key,
        {%- else -%}
        '' as row_key,
        {%- endif %}
        listed.field,
        listed.amount
    from {{ relation }} as listing
    cross join lateral (
        values
        {% for field in fields -%}
        ('{{ field }}', listing.{{ field }}::numeric){{ "," if not loop.last }}
        {% endfor %}
    ) as listed (field, amount)
    {%- if key == ['row_code'] %}
    where listing.row_code <> 'total'
    {%- endif %}
{%- endmacro %}
