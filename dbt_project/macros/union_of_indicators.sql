{#- Models of indicators one under another: they all have the same columns. -#}
{% macro union_of_indicators(models) -%}
    {%- for model in models %}
    select
        indicator_code,
        region_code,
        unit_type,
        unit_code,
        school_year,
        numerator,
        denominator,
        missing_reason
    from {{ model }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}
