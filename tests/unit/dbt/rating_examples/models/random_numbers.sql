-- The published check of the generator: the 10000th number after 1.
with recursive drawn as (
    select 1 as variant_no, draws, random_seed
    from {{ ref('methodology_variants') }}
    where variant_code = 'standard'
),

random_numbers as (
    {{ rating_random_numbers('drawn', 2) }}
)

select number_no, number
from random_numbers
