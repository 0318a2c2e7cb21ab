{#-
  Statistics of a table, as soon as it is made: what is built from it next, and whoever asks it first, should not wait for
  the server to find out how large it is. Nothing for a view.
-#}
{% macro analyze_table() -%}
    {%- if model.config.materialized in ('table', 'incremental') -%}
        analyze {{ this }}
    {%- endif -%}
{%- endmacro %}
