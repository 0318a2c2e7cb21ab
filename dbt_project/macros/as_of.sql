{#-
  The moment the marts are built for: a timestamptz literal. From `--vars 'as_of: …'`, else from ORIENTIR_AS_OF.
  The environment is read only while SQL is compiled for a run, never while the project is parsed: a new moment
  then costs no re-parse. There is no default: a mart as of an unknown moment is nobody's mart.
-#}
{% macro as_of() -%}
    {%- if var('as_of', none) is not none -%}
        timestamptz '{{ var("as_of") }}'
    {%- elif execute -%}
        {%- set moment = env_var('ORIENTIR_AS_OF', '') -%}
        {%- if not moment -%}
            {{ exceptions.raise_compiler_error("The moment of the build is not set: give ORIENTIR_AS_OF (for example 2026-07-20T09:00:00+05:00) or --vars 'as_of: …'.") }}
        {%- endif -%}
        timestamptz '{{ moment }}'
    {%- else -%}
        timestamptz 'epoch'
    {%- endif -%}
{%- endmacro %}
