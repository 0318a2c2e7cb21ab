select
    region_code,
    name_ru as region_name,
    timezone,
    ({{ as_of() }} at time zone timezone)::date as as_of_on
from {{ source('ledger', 'region') }}
