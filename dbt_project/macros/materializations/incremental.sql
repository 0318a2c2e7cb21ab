{#-
  An incremental model of this project is one whose rows belong to an organisation's school year. In a build of everything
  it is a table like any other, made anew. In a build of changes (orientir/build_scope.py decides which it is) the rows of
  touched school years are replaced in one statement, and where no form that the model reads has changed, nothing is done.

  unique_key names the columns by which the rows that are replaced are told; int_submission__touched has them. A model
  that asks for touched rows itself (macro touched) does not even read the others. A model without unique_key gets all its
  rows anew, in the table that is there: the views that read it stay, and a build of changes need not make them again.
-#}
{% materialization incremental, adapter='postgres' %}
    {%- set target = this.incorporate(type='table') -%}
    {%- if env_var('ORIENTIR_BUILD_SCOPE', 'all') != 'changes' or load_cached_relation(this) is none -%}
        {{ return(dbt.materialization_table_default()) }}
    {%- endif -%}

    {%- set forms = forms_read_alone() -%}
    {%- if forms -%}
        {%- set changed = run_query(
            "select 1 from " ~ ref('int_submission__touched') ~ " where is_changed and form_code in ('" ~ forms | join("', '") ~ "') limit 1"
        ) -%}
        {%- if not changed.rows -%}
            {%- call noop_statement('main', 'UNTOUCHED', 'UNTOUCHED') -%}{%- endcall -%}
            {{ return({'relations': [target]}) }}
        {%- endif -%}
    {%- endif -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- call statement('main') %}
    {{ replace_rows(target, (config.get('unique_key') or []) | join(', '), sql) }}
    {%- endcall -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{#- The forms that a model's rows come from, when it reads nothing but their staging models; else none. -#}
{% macro forms_read_alone() -%}
    {%- set forms = [] -%}
    {%- for node in model.depends_on.nodes if not node.endswith('.int_submission__touched') -%}
        {%- set name = node.split('.')[-1] -%}
        {%- if not name.startswith('stg_') or name.startswith('stg_ledger') -%}
            {{ return([]) }}
        {%- endif -%}
        {%- do forms.append(name.split('_')[1] | upper) -%}
    {%- endfor -%}
    {{ return(forms | unique | list) }}
{%- endmacro %}

{#- Statements that replace the rows of touched keys, or all rows where there is no key. -#}
{% macro replace_rows(target, key, sql) -%}
    {%- if not key -%}
        truncate {{ target }};
        insert into {{ target }}
        {{ sql }};
    {%- else -%}
        delete from {{ target }}
        where ({{ key }}) in (select {{ key }} from {{ ref('int_submission__touched') }});
        insert into {{ target }} ({{ adapter.dispatch('get_column_names', 'dbt')() }})
        {{ get_select_subquery(sql) }}
        where ({{ key }}) in (select {{ key }} from {{ ref('int_submission__touched') }});
    {%- endif -%}
{%- endmacro %}
