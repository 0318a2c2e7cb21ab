{#- Schemas carry their plain names: the warehouse has one target, and people type these names in psql. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}
