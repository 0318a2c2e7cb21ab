select * from {{ ref('methodology_directions') }}
union all
select 'tai_sample', 1, 1
