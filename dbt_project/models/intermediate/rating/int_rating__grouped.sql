{{ config(materialized='ephemeral') }}

-- Scores with the scheme they were computed by and the comparability group: a group asks for a contingent, a type of
-- municipality, urban or rural, or several of these at once; what it does not ask for is empty.
with scores as (
    select
        scores.methodology_code,
        schemes.base_methodology_code,
        schemes.variant_code,
        (
            scores.school_year >= schemes.valid_from
            and scores.school_year <= coalesce(schemes.valid_to, scores.school_year)
        ) as is_in_force,
        scores.region_code,
        scores.school_year,
        scores.unit_type,
        scores.unit_code,
        scores.score,
        scores.available_weight,
        scores.is_ranked,
        scores.unranked_reason,
        contingents.students_6_11,
        units.is_urban,
        municipalities.compared_as as municipality_type
    from {{ ref('int_rating__score') }} as scores
    inner join {{ ref('int_rating__scheme') }} as schemes
        on scores.methodology_code = schemes.methodology_code
    left join {{ ref('int_unit_year__active') }} as units
        on
            scores.unit_code = units.ogrn
            and scores.school_year = units.school_year
    left join {{ ref('int_contingent__by_school') }} as contingents
        on
            scores.unit_code = contingents.ogrn
            and scores.school_year = contingents.school_year
    left join {{ ref('dim_municipality') }} as municipalities
        on
            coalesce(units.municipality_code, scores.unit_code) = municipalities.municipality_code
            and municipalities.is_current
)

select
    scores.methodology_code,
    scores.base_methodology_code,
    scores.variant_code,
    scores.is_in_force,
    scores.region_code,
    scores.school_year,
    scores.unit_type,
    scores.unit_code,
    scores.score,
    scores.available_weight,
    scores.is_ranked,
    scores.unranked_reason,
    comparable.group_code
from scores
left join {{ ref('methodology_groups') }} as comparable
    on
        scores.base_methodology_code = comparable.methodology_code
        and scores.unit_type = comparable.unit_type
        and (comparable.municipality_type is null or scores.municipality_type = comparable.municipality_type)
        and (comparable.is_urban is null or scores.is_urban = comparable.is_urban)
        and (comparable.from_students is null or scores.students_6_11 >= comparable.from_students)
        and (comparable.to_students is null or scores.students_6_11 <= comparable.to_students)
