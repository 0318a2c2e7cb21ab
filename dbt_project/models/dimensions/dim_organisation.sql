{{ config(indexes=[{'columns': ['ogrn']}]) }}

-- What comes into force after the moment of the build is not known yet; the first description always is.
with numbered as (
    select
        organisations.ogrn,
        organisations.region_code,
        organisations.kind,
        organisations.inn,
        organisations.name_full,
        organisations.name_short,
        organisations.municipality_code,
        organisations.territory_code,
        organisations.is_urban,
        organisations.has_grade_10_11,
        organisations.valid_from,
        organisations.opened_on,
        organisations.closed_on,
        organisations.successor_ogrn,
        regions.as_of_on,
        row_number() over (partition by organisations.ogrn order by organisations.valid_from) as version_no
    from {{ ref('stg_ledger__organisation') }} as organisations
    inner join {{ ref('stg_ledger__region') }} as regions
        on organisations.region_code = regions.region_code
),

known as (
    select
        ogrn,
        region_code,
        kind,
        inn,
        name_full,
        name_short,
        municipality_code,
        territory_code,
        is_urban,
        has_grade_10_11,
        valid_from,
        opened_on,
        closed_on,
        successor_ogrn,
        version_no,
        lead(valid_from) over (partition by ogrn order by valid_from) as next_valid_from
    from numbered
    where
        version_no = 1
        or valid_from <= as_of_on
)

select
    ogrn || '-' || to_char(valid_from, 'YYYYMMDD') as organisation_key,
    ogrn,
    version_no::integer as version_no,
    region_code,
    kind,
    name_short,
    name_full,
    inn,
    municipality_code,
    territory_code,
    is_urban,
    has_grade_10_11,
    valid_from,
    coalesce(next_valid_from - 1, closed_on) as valid_to,
    next_valid_from is null as is_current,
    opened_on,
    closed_on,
    successor_ogrn
from known
