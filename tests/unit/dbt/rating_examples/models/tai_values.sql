select
    countries.country as unit_code,
    listed.indicator_code,
    listed.value
from {{ ref('tai_countries') }} as countries
cross join lateral (
    values
    ('patents', countries.patents::numeric),
    ('royalties', countries.royalties::numeric),
    ('internet', countries.internet::numeric),
    ('exports', countries.exports::numeric),
    ('telephones', countries.telephones::numeric),
    ('electricity', countries.electricity::numeric),
    ('schooling', countries.schooling::numeric),
    ('university', countries.university::numeric)
) as listed (indicator_code, value)
