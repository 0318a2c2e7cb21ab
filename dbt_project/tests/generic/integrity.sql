{#-
  Everything that must hold for a table, as one test: every test costs a build its time, whatever it checks.

    key         columns that together are not null and unique: a doubled key means that a join has fanned out
    references  list of {column, to, field}: every value that is not null stands in the table it points to
    conditions  name -> SQL condition that is true for every row (unknown counts as broken)

  One row per key, value or row that breaks something; `broken` says what. To resolve: run the compiled SQL of the test
  (target/compiled) and follow the keys.
-#}
{% test integrity(model, key, references=[], conditions={}) %}
select
    'key {{ key | join(", ") }}' as broken,
    concat_ws(' ', {{ key | join('::text, ') }}::text) as what,
    count(*) as rows_found
from {{ model }}
group by {{ key | join(', ') }}
having
    count(*) > 1
    {%- for column in key %}
    or {{ column }} is null
    {%- endfor %}
{%- for reference in references %}
union all
select
    '{{ reference.column }} is not in {{ reference.field }} of its table' as broken,
    child.{{ reference.column }}::text as what,
    count(*) as rows_found
from {{ model }} as child
where
    child.{{ reference.column }} is not null
    and not exists (
        select 1
        from {{ reference.to }} as parent
        where parent.{{ reference.field }} = child.{{ reference.column }}
    )
group by child.{{ reference.column }}
{%- endfor %}
{%- for name, condition in conditions.items() %}
union all
select
    '{{ name }}' as broken,
    concat_ws(' ', {{ key | join('::text, ') }}::text) as what,
    1 as rows_found
from {{ model }}
where ({{ condition }}) is not true
{%- endfor %}
{% endtest %}
