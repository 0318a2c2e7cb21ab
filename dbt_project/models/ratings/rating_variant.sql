with ranked as (
    select
        base_methodology_code as methodology_code,
        variant_code,
        region_code,
        school_year,
        unit_type,
        unit_code,
        score,
        rank,
        is_ranked
    from {{ ref('int_rating__ranked') }}
    where is_in_force
),

variants as (
    select
        variant_code,
        region_code,
        school_year,
        unit_type,
        unit_code,
        score,
        rank,
        is_ranked,
        null::integer as rank_from,
        null::integer as rank_to
    from ranked
    union all
    select
        variant_code,
        region_code,
        school_year,
        unit_type,
        unit_code,
        null as score,
        rank_median as rank,
        true as is_ranked,
        rank_from,
        rank_to
    from {{ ref('int_rating__interval') }}
)

select
    variants.region_code,
    variants.school_year,
    variants.unit_type,
    variants.unit_code,
    variants.variant_code,
    variants.score::numeric(6, 2) as score,
    variants.rank,
    variants.rank - official.rank as rank_shift,
    variants.rank_from,
    variants.rank_to,
    variants.is_ranked,
    official.methodology_code
from variants
inner join ranked as official
    on
        official.variant_code = 'official'
        and variants.region_code = official.region_code
        and variants.school_year = official.school_year
        and variants.unit_type = official.unit_type
        and variants.unit_code = official.unit_code
