{#-
  Fails for every value that is missing in the table it points to; nulls point nowhere and pass.
  `keys` is a list of {column, to, field}. All keys of a table are one test, because every test costs a build its time.
-#}
{% test foreign_keys(model, keys) %}
{%- for key in keys %}
select
    '{{ key.column }}' as column_name,
    child.{{ key.column }}::text as orphan,
    count(*) as rows_found
from {{ model }} as child
where
    child.{{ key.column }} is not null
    and not exists (
        select 1
        from {{ key.to }} as parent
        where parent.{{ key.field }} = child.{{ key.column }}
    )
group by child.{{ key.column }}
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
{% endtest %}
