{#-
  Step 3: scores of directions and of units.

  One row per unit: score (rounded half away from zero to the decimals of the methodology), available_weight (share of
  the nominal weight that is not excluded) and is_ranked (enough of it is available).
-#}
{% macro rating_score(weighted, unit_keys, methodology) -%}
with direction_scores as (
    select
        weighted.methodology_code,
        {% for key in unit_keys %}weighted.{{ key }},
        {% endfor -%}
        weighted.direction_no,
        weighted.direction_weight,
        {{ rating_mean('weighted.normalised', 'weighted.indicator_weight', 'methodology.aggregation_within') }}
            as direction_score,
        sum(weighted.nominal_weight) filter (where weighted.normalised is not null) as available_weight
    from {{ weighted }} as weighted
    inner join {{ methodology }} as methodology
        on weighted.methodology_code = methodology.methodology_code
    group by
        weighted.methodology_code,
        {% for key in unit_keys %}weighted.{{ key }},
        {% endfor -%}
        weighted.direction_no,
        weighted.direction_weight,
        methodology.aggregation_within
),

unit_scores as (
    select
        direction_scores.methodology_code,
        {% for key in unit_keys %}direction_scores.{{ key }},
        {% endfor -%}
        methodology.score_decimals,
        methodology.min_available_weight,
        {{ rating_mean(
            'direction_scores.direction_score', 'direction_scores.direction_weight', 'methodology.aggregation_across'
        ) }} as score,
        coalesce(sum(direction_scores.available_weight), 0) as available_weight
    from direction_scores
    inner join {{ methodology }} as methodology
        on direction_scores.methodology_code = methodology.methodology_code
    group by
        direction_scores.methodology_code,
        {% for key in unit_keys %}direction_scores.{{ key }},
        {% endfor -%}
        methodology.aggregation_across,
        methodology.score_decimals,
        methodology.min_available_weight
)

select
    methodology_code,
    {% for key in unit_keys %}{{ key }},
    {% endfor -%}
    {{ rating_round('score', 'score_decimals') }} as score,
    available_weight,
    score is not null and {{ rating_round('available_weight', 9) }} >= min_available_weight as is_ranked
from unit_scores
{%- endmacro %}

{#-
  Weighted mean over the rows of a group, arithmetic or geometric; rows without a value carry no weight.
  A geometric mean with a zero is zero.
-#}
{% macro rating_mean(value, weight, aggregation) -%}
    case {{ aggregation }}
        when 'geometric' then
            case
                when min({{ value }}) <= 0 then 0
                else
                    exp(
                        sum({{ weight }} * ln(nullif(greatest({{ value }}, 0), 0)))
                        / sum({{ weight }}) filter (where {{ value }} is not null)
                    )
            end
        else
            sum({{ weight }} * {{ value }})
            / sum({{ weight }}) filter (where {{ value }} is not null)
    end
{%- endmacro %}

{#-
  Rounds a score. Thirds and sevenths leave a rest in the sixteenth digit that would turn an exact half down;
  it is removed first.
-#}
{% macro rating_round(value, decimals) -%}
    round(round({{ value }}, 10), {{ decimals }})
{%- endmacro %}
