{{ config(materialized='ephemeral') }}

-- What a missing value means in every scheme: a variant may leave out what the methodology scores zero.
select
    schemes.methodology_code,
    missing.missing_reason,
    case missing.treatment when 'zero' then schemes.missing_zero_as else missing.treatment end as treatment
from {{ ref('int_rating__scheme') }} as schemes
inner join {{ ref('methodology_missing') }} as missing
    on schemes.base_methodology_code = missing.methodology_code
