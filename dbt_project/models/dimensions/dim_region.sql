select
    region_code,
    region_name,
    timezone
from {{ ref('stg_ledger__region') }}
