{{ config(materialized='ephemeral') }}

-- Scores with the comparability group: schools by contingent, municipalities by type.
with scores as (
    select
        scores.methodology_code,
        scores.region_code,
        scores.school_year,
        scores.unit_type,
        scores.unit_code,
        scores.score,
        scores.available_weight,
        scores.is_ranked,
        contingents.students_6_11,
        municipalities.municipality_type
    from {{ ref('int_rating__score') }} as scores
    left join {{ ref('int_contingent__by_school') }} as contingents
        on
            scores.unit_type = 'school'
            and scores.unit_code = contingents.ogrn
            and scores.school_year = contingents.school_year
    left join {{ ref('dim_municipality') }} as municipalities
        on
            scores.unit_type = 'municipality'
            and scores.unit_code = municipalities.municipality_code
)

select
    scores.methodology_code,
    scores.region_code,
    scores.school_year,
    scores.unit_type,
    scores.unit_code,
    scores.score,
    scores.available_weight,
    scores.is_ranked,
    comparable.group_code
from scores
left join {{ ref('methodology_groups') }} as comparable
    on
        scores.methodology_code = comparable.methodology_code
        and scores.unit_type = comparable.unit_type
        and (
            scores.municipality_type = comparable.municipality_type
            or (
                scores.students_6_11 >= comparable.from_students
                and scores.students_6_11 <= coalesce(comparable.to_students, scores.students_6_11)
            )
        )
