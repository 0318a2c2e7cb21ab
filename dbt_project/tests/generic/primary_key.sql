{#-
  Fails for every key that is null or stands in more than one row: a join has fanned out, or the key lacks a column.
  One test for the whole key, because every test costs a build its time.
-#}
{% test primary_key(model, columns) %}
select
    {{ columns | join(', ') }},
    count(*) as rows_found
from {{ model }}
group by {{ columns | join(', ') }}
having
    count(*) > 1
    {%- for column in columns %}
    or {{ column }} is null
    {%- endfor %}
{% endtest %}
