{#-
  Step 3: scores of directions. One row per unit and direction.

    direction_score   weighted mean of its indicators, arithmetic or geometric; null where all are left out
    available_weight  share of the nominal weight of the whole rating that is not left out
    is_excluded       a missing value here puts the unit outside the rating
-#}
{% macro rating_direction_score(weighted, unit_keys, methodology) -%}
select
    weighted.methodology_code,
    {% for key in unit_keys %}weighted.{{ key }},
    {% endfor -%}
    weighted.direction_no,
    weighted.direction_weight,
    sum(weighted.weight) as weight,
    {{ rating_mean(
        'weighted.normalised', 'weighted.indicator_weight', 'methodology.aggregation_within',
        'methodology.geometric_floor',
    ) }} as direction_score,
    coalesce(sum(weighted.nominal_weight) filter (where weighted.normalised is not null), 0) as available_weight,
    coalesce(bool_or(weighted.missing_reason is not null and weighted.treatment = 'exclude'), false) as is_excluded
from {{ weighted }} as weighted
inner join {{ methodology }} as methodology
    on weighted.methodology_code = methodology.methodology_code
group by
    weighted.methodology_code,
    {% for key in unit_keys %}weighted.{{ key }},
    {% endfor -%}
    weighted.direction_no,
    weighted.direction_weight,
    methodology.aggregation_within,
    methodology.geometric_floor
{%- endmacro %}

{#-
  Step 4: scores of units.

  One row per unit: score (rounded half away from zero to the decimals of the methodology), available_weight (share of
  the nominal weight that is not left out), is_ranked (enough of it is available, and nothing missing excludes the
  unit), unranked_reason (excluded_missing or low_available_weight).
-#}
{% macro rating_score(direction_scores, unit_keys, methodology) -%}
with unit_scores as (
    select
        direction_scores.methodology_code,
        {% for key in unit_keys %}direction_scores.{{ key }},
        {% endfor -%}
        methodology.score_decimals,
        methodology.min_available_weight,
        {{ rating_mean(
            'direction_scores.direction_score', 'direction_scores.direction_weight', 'methodology.aggregation_across',
            'methodology.geometric_floor',
        ) }} as score,
        sum(direction_scores.available_weight) as available_weight,
        bool_or(direction_scores.is_excluded) as is_excluded
    from {{ direction_scores }} as direction_scores
    inner join {{ methodology }} as methodology
        on direction_scores.methodology_code = methodology.methodology_code
    group by
        direction_scores.methodology_code,
        {% for key in unit_keys %}direction_scores.{{ key }},
        {% endfor -%}
        methodology.aggregation_across,
        methodology.geometric_floor,
        methodology.score_decimals,
        methodology.min_available_weight
),

judged as (
    select
        methodology_code,
        {% for key in unit_keys %}{{ key }},
        {% endfor -%}
        {{ rating_round('score', 'score_decimals') }} as score,
        available_weight,
        case
            when is_excluded then 'excluded_missing'
            when
                score is null or {{ rating_round('available_weight', 9) }} < min_available_weight
                then 'low_available_weight'
        end as unranked_reason
    from unit_scores
)

select
    methodology_code,
    {% for key in unit_keys %}{{ key }},
    {% endfor -%}
    score,
    available_weight,
    unranked_reason is null as is_ranked,
    unranked_reason
from judged
{%- endmacro %}

{#-
  Weighted mean over the rows of a group, arithmetic or geometric; rows without a value carry no weight.
  A geometric mean with a zero is zero, unless the methodology has a floor below which no value is taken.
  Aggregates are computed whatever the branch: the logarithm is kept from the rows that do not need it.
-#}
{% macro rating_mean(value, weight, aggregation, floor) -%}
    case {{ aggregation }}
        when 'geometric' then
            case
                when min(greatest({{ value }}, case when {{ value }} is not null then {{ floor }} end)) <= 0 then 0
                else
                    exp(
                        sum(
                            {{ weight }} * ln(
                                nullif(
                                    case
                                        when {{ aggregation }} = 'geometric' and {{ value }} is not null
                                            then greatest({{ value }}, {{ floor }})
                                    end,
                                    0
                                )
                            )
                        )
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
