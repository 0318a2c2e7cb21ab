{#- Outcomes of a decision that let a submission count. -#}
{% macro is_accepted(outcome) -%}
    {{ outcome }} in ('accepted', 'accepted_with_warnings')
{%- endmacro %}
