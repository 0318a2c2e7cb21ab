{#-
  Weights of the directions of every methodology sum to 1, for every kind of unit where `scope` names it. If they do not,
  the score is on no scale and all ranks are wrong; the message gives the sum. To resolve it, correct the weights in the
  seed, or divide each by the sum and say so in the order that sets them. Checked only when tests run, so that
  documentation can be made without a database.
-#}
{% test weights_sum_to_one(model, scope=['methodology_code']) %}
{%- set sums -%}
    select
        concat_ws(', ', {{ scope | join(', ') }}) as scope,
        sum(weight) as weight_sum
    from {{ model }}
    group by {{ scope | join(', ') }}
    having sum(weight) <> 1
    order by scope
{%- endset -%}
{%- if execute and flags.WHICH in ['test', 'build'] -%}
    {%- set messages = [] -%}
    {%- for scope, weight_sum in run_query(sums).rows -%}
        {%- do messages.append(
            "сумма весов методики " ~ scope ~ " равна " ~ weight_sum ~ ", а должна быть 1"
        ) -%}
    {%- endfor -%}
    {%- if messages -%}
        {{ exceptions.raise_compiler_error("Рейтинг строить нельзя: " ~ messages | join("; ") ~ ".") }}
    {%- endif -%}
{%- endif -%}
{{ sums }}
{% endtest %}
