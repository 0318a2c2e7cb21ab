{#-
  The published rating of one kind of unit by the methodology in force: one row per unit and school year. Not a step of the
  computation: it reads int_rating__ranked.

  Last year's place is given twice: as it was published then, and by the methodology of this row. Only the latter tells a
  change of work from a change of method.
-#}
{% macro published_rating(unit_type, unit_column) -%}
with ranked as (
    select
        methodology_code,
        base_methodology_code,
        region_code,
        school_year,
        unit_code,
        score,
        rank,
        rank_in_group,
        group_code,
        is_in_force,
        is_ranked,
        unranked_reason,
        available_weight,
        {{ comparable_rank() }} as comparable_rank
    from {{ ref('int_rating__ranked') }}
    where unit_type = '{{ unit_type }}' and variant_code = 'official'
)

select
    ranked.region_code,
    ranked.school_year,
    ranked.unit_code as {{ unit_column }},
    ranked.score::numeric(6, 2) as score,
    ranked.rank,
    ranked.rank_in_group,
    ranked.group_code,
    published.rank as previous_rank,
    recomputed.comparable_rank as previous_rank_recomputed,
    ranked.is_ranked,
    ranked.unranked_reason,
    {{ rating_round('ranked.available_weight', 4) }}::numeric(5, 4) as available_weight,
    ranked.base_methodology_code as methodology_code
from ranked
left join ranked as published
    on
        published.is_in_force
        and ranked.region_code = published.region_code
        and ranked.unit_code = published.unit_code
        and {{ previous_school_year('ranked.school_year') }} = published.school_year
left join ranked as recomputed
    on
        ranked.methodology_code = recomputed.methodology_code
        and ranked.region_code = recomputed.region_code
        and ranked.unit_code = recomputed.unit_code
        and {{ previous_school_year('ranked.school_year') }} = recomputed.school_year
where ranked.is_in_force
{%- endmacro %}

{#-
  A place in a rating to compare with: null where most units have none. In a year of which a methodology knows little, only
  those have a place whose reports were missing, for their zeros count as known; a place among them says nothing.
-#}
{% macro comparable_rank() -%}
    {%- set rating = "(partition by methodology_code, region_code, school_year, unit_type)" -%}
    case
        when
            count(*) filter (where is_ranked) over {{ rating }}
            >= {{ var('comparable_ranked_share') }} * count(*) over {{ rating }}
            then rank
    end
{%- endmacro %}
