{#- The findings of the listed rule models, one below the other: every rule model has these columns. -#}
{% macro union_of_findings(rules) -%}
    {%- for rule in rules %}
    select
        rule_id,
        submission_id,
        section,
        row_no,
        field,
        received,
        expected
    from {{ rule }}
    {{- "\n    union all" if not loop.last }}
    {%- endfor %}
{%- endmacro %}
