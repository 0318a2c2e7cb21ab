{#-
  Readers' rights on what this run built: analysts and auditors read all marts, the ministry reads only public ones.
  Roles are made by the warehouse's migrations; where one is absent (a bare scratch database), nothing is granted to it.
-#}
{% macro grant_readers() -%}
    {%- set readers = {
        'orientir_analyst': ['marts', 'public_marts', 'reference'],
        'orientir_auditor': ['marts', 'public_marts', 'reference', 'intermediate'],
        'orientir_ministry': ['public_marts'],
    } -%}
    {%- if execute and flags.WHICH in ('build', 'run', 'seed') -%}
        {%- set found = run_query(
            "select role.rolname, space.nspname from pg_roles as role cross join pg_namespace as space "
            ~ "where role.rolname like 'orientir%' and pg_get_userbyid(space.nspowner) is not null"
        ) -%}
        {%- for role, schema in found.rows -%}
            {%- if schema in readers.get(role, []) -%}
                grant usage on schema {{ adapter.quote(schema) }} to {{ adapter.quote(role) }};
                grant select on all tables in schema {{ adapter.quote(schema) }} to {{ adapter.quote(role) }};
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    select 1
{%- endmacro %}
