{%- set rating = ['variant_code', 'region_code', 'school_year', 'unit_type'] %}
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

-- A place moves among those that have one both ways: who drops out of the rating moves nobody.
beside as (
    select
        variants.variant_code,
        variants.region_code,
        variants.school_year,
        variants.unit_type,
        variants.unit_code,
        variants.score,
        variants.rank,
        variants.is_ranked,
        official.methodology_code,
        (variants.rank is not null and official.rank is not null) as has_both,
        official.rank as official_rank
    from ranked as variants
    inner join ranked as official
        on
            official.variant_code = 'official'
            and variants.region_code = official.region_code
            and variants.school_year = official.school_year
            and variants.unit_type = official.unit_type
            and variants.unit_code = official.unit_code
),

variants as (
    select
        region_code,
        school_year,
        unit_type,
        unit_code,
        variant_code,
        score,
        rank,
        {{ places_lost('rank', 'official_rank', rating) }} as rank_shift,
        null::integer as rank_from,
        null::integer as rank_to,
        is_ranked,
        methodology_code
    from beside
    union all
    select
        drawn.region_code,
        drawn.school_year,
        drawn.unit_type,
        drawn.unit_code,
        drawn.variant_code,
        null as score,
        drawn.rank_median as rank,
        drawn.rank_median - official.rank as rank_shift,
        drawn.rank_from,
        drawn.rank_to,
        true as is_ranked,
        official.methodology_code
    from {{ ref('int_rating__interval') }} as drawn
    inner join ranked as official
        on
            official.variant_code = 'official'
            and drawn.region_code = official.region_code
            and drawn.school_year = official.school_year
            and drawn.unit_type = official.unit_type
            and drawn.unit_code = official.unit_code
)

select
    region_code,
    school_year,
    unit_type,
    unit_code,
    variant_code,
    score::numeric(6, 2) as score,
    rank,
    (count(rank) over (partition by {{ rating | join(', ') }}))::integer as ranked_units,
    rank_shift,
    rank_from,
    rank_to,
    is_ranked,
    methodology_code
from variants
