{#-
  Rows that an incremental model has to make. In a build of everything these are all; in a build of changes those of the
  school years in which something that counts has changed since the last build (int_submission__touched), because the
  model keeps its other rows. A model that is not there yet is made whole.

    rows    a staging model, or another relation with the column
    column  how the touched rows are told: submission_id, or ogrn where rows depend on other years of the organisation

  The environment is read only while SQL is compiled for a run, never while the project is parsed (see as_of).
-#}
{% macro touched(rows, column='submission_id') -%}
    {%- set touched_submissions = ref('int_submission__touched') -%}
    {%- set scope = env_var('ORIENTIR_BUILD_SCOPE', 'all') if execute else 'all' -%}
    {%- if scope == 'changes' and load_cached_relation(this) is not none -%}
        (
            select *
            from {{ rows }}
            where {{ column }} in (select {{ column }} from {{ touched_submissions }})
        )
    {%- else -%}
        {{ rows }}
    {%- endif -%}
{%- endmacro %}
