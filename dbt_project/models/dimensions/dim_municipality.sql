-- In force is judged by the moment of the build, like everything else; a region that has not reported has no clock.
with versions as (
    select
        versions.municipality_code,
        municipalities.region_code,
        versions.oktmo,
        -- The register calls an urban district and a district of a city by their adjective alone, which a neighbouring
        -- district may share («Чебаркульский» is both): the name says which one is meant.
        case
            when versions.municipality_name like '% %' then versions.municipality_name
            when versions.municipality_type = 'urban_district'
                then versions.municipality_name || ' городской округ'
            when versions.municipality_type = 'city_district'
                then versions.municipality_name || ' внутригородской район'
            else versions.municipality_name
        end as municipality_name,
        versions.municipality_type,
        municipalities.municipality_type as compared_as,
        versions.is_municipality,
        municipalities.parent_code,
        versions.valid_from,
        versions.is_date_verified,
        row_number() over by_day as version_no,
        lead(versions.valid_from) over by_day as next_valid_from,
        coalesce(regions.as_of_on, ({{ as_of() }} at time zone 'UTC')::date) as as_of_on
    from {{ ref('municipality_versions') }} as versions
    inner join {{ ref('municipalities') }} as municipalities
        on versions.municipality_code = municipalities.municipality_code
    left join {{ ref('stg_ledger__region') }} as regions
        on municipalities.region_code = regions.region_code
    window by_day as (partition by versions.municipality_code order by versions.valid_from)
)

select
    municipality_code || '-' || to_char(valid_from, 'YYYYMMDD') as municipality_key,
    municipality_code,
    version_no::integer as version_no,
    region_code,
    oktmo,
    municipality_name,
    municipality_type,
    compared_as,
    is_municipality,
    parent_code,
    valid_from,
    next_valid_from - 1 as valid_to,
    (version_no = 1 or valid_from <= as_of_on) and (next_valid_from > as_of_on) is not false as is_current,
    is_date_verified
from versions
