-- Every organisation as the registry describes it from one day on, with its opening, closing and successor.
-- An organisation of a registry loaded before its versions were kept has the one description of the ledger.
with described as (
    select
        versions.ogrn,
        versions.valid_from,
        versions.region_code,
        versions.kind,
        versions.inn,
        versions.name_full,
        versions.name_short,
        versions.oktmo,
        versions.territory_oktmo,
        versions.is_urban,
        versions.has_grade_10_11
    from {{ source('ledger', 'organisation_version') }} as versions
    union all
    select
        organisations.ogrn,
        organisations.valid_from,
        organisations.region_code,
        organisations.kind,
        organisations.inn,
        organisations.name_full,
        organisations.name_short,
        organisations.oktmo,
        organisations.territory_oktmo,
        organisations.is_urban,
        organisations.has_grade_10_11
    from {{ source('ledger', 'organisation') }} as organisations
    where not exists (
        select 1
        from {{ source('ledger', 'organisation_version') }} as versions
        where versions.ogrn = organisations.ogrn
    )
)

select
    described.ogrn,
    described.region_code,
    described.kind,
    described.inn,
    described.name_full,
    described.name_short,
    described.oktmo as municipality_code,
    described.territory_oktmo as territory_code,
    described.is_urban,
    described.has_grade_10_11,
    described.valid_from,
    organisations.valid_from as opened_on,
    organisations.valid_to as closed_on,
    organisations.successor_ogrn
from described
inner join {{ source('ledger', 'organisation') }} as organisations
    on described.ogrn = organisations.ogrn
