{#-
  True for the version of an organisation that was in force on a day: the first one also before it began, the newest
  also after the organisation closed. Exactly one version of every organisation is.
-#}
{% macro organisation_in_force(organisation, day) -%}
    ({{ organisation }}.version_no = 1 or {{ day }} >= {{ organisation }}.valid_from)
    and ({{ organisation }}.is_current or {{ day }} <= {{ organisation }}.valid_to)
{%- endmacro %}
