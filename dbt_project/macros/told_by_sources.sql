{#-
  What sources tell, one row under another: for each source a comparison, which of its two sources it is, the rows, and
  from a row, named `said`, the unit, period, detail and figure. A unit `placed.municipality_code` is looked up in the
  CTE `placed`, by organisation and school year.
-#}
{% macro told_by_sources(sources) -%}
    {%- for code, source, relation, unit, period, detail, figure in sources %}
    select
        '{{ code }}' as reconciliation_code,
        '{{ source }}' as source,
        said.region_code,
        {{ unit }} as unit_code,
        {{ period }} as period_code,
        {{ detail }} as detail,
        {{ figure }} as figure
    from {{ relation }} as said
    {%- if unit == 'placed.municipality_code' %}
    inner join placed
        on
            said.ogrn = placed.ogrn
            and said.school_year = placed.school_year
    {%- endif %}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}
