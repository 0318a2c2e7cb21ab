{#-
  Submissions that came after their period was closed, as of the build: a function of the ledger, because the command
  line, the portal and the marts must agree on it. It reads closings and exceptions that were recorded by that moment.
-#}
{% macro after_closing() -%}
    ledger.after_closing({{ as_of() }})
{%- endmacro %}
