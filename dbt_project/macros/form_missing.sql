{#- What forms give to the indicators of a unit's school year: for each form why it cannot feed them, and the submission of
    its last accepted period - what it counts since September holds the whole year so far.

    Used in two steps, because a form that was never asked for has no row to look at:
      form_statuses        aggregates over int_form_year__status by ogrn and school_year
      form_missing_reason  the reason, from those aggregates and from the latest school year the form was collected for
-#}
{% macro form_statuses(forms) -%}
    {%- for form in forms %}
    bool_or(form_code = '{{ form }}') as has_{{ form | lower }},
    max(missing_reason) filter (where form_code = '{{ form }}') as {{ form | lower }}_status,
    (array_agg(latest_submission_id) filter (where form_code = '{{ form }}'))[1] as {{ form | lower }}_submission_id
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
{%- endmacro %}

{% macro form_collected_until(forms) -%}
    {%- for form in forms %}
    max(school_year) filter (where form_code = '{{ form }}') as {{ form | lower }}_until
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
{%- endmacro %}

{#- A form that others owe for this year or a later one, and the unit does not, is not asked of the unit. -#}
{% macro form_missing_reason(forms) -%}
    {%- for form in forms | map('lower') %}
    case
        when statuses.has_{{ form }} then statuses.{{ form }}_status
        when units.school_year <= collected.{{ form }}_until then 'not_applicable'
        else 'not_due'
    end as {{ form }}_missing_reason,
    statuses.{{ form }}_submission_id
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
{%- endmacro %}

{#- Why an indicator that needs several forms is not told. A form that is not asked of the unit, or is not due yet, excuses it
    from the whole: it owes nothing that the others could be measured by. Of forms that it owes, the first that lacks. -#}
{% macro first_missing_reason(reasons) -%}
    {%- set listed = reasons | join(', ') -%}
    case
        when 'not_applicable' in ({{ listed }}) then 'not_applicable'
        when 'not_due' in ({{ listed }}) then 'not_due'
        else coalesce({{ listed }})
    end
{%- endmacro %}
