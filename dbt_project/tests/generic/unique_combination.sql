{#- Fails for every combination of the columns that stands in more than one row: a join has fanned out, or a key lacks a column. -#}
{% test unique_combination(model, columns) %}
select
    {{ columns | join(', ') }},
    count(*) as rows_found
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
