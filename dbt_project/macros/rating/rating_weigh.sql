{#-
  Step 2: the weight that each indicator really has for each unit, and its contribution to the score.

  The weight of an excluded indicator goes to the others of its direction; the weight of a direction without any
  indicator goes to the other directions. `weight` sums to 1 over the indicators of a unit, and with arithmetic means
  the contributions sum to the score. With a geometric mean points cannot be attributed: the contribution is null.
-#}
{% macro rating_weigh(normalised, unit_keys, methodology) -%}
with inside as (
    select
        *,
        case
            when normalised is not null
                then indicator_weight / sum(indicator_weight) filter (where normalised is not null) over (
                    partition by methodology_code, {{ unit_keys | join(', ') }}, direction_no
                )
            else 0
        end as weight_inside
    from {{ normalised }}
),

across as (
    select
        *,
        sum(direction_weight * weight_inside) over (
            partition by methodology_code, {{ unit_keys | join(', ') }}
        ) as weight_of_directions
    from inside
)

select
    across.methodology_code,
    {% for key in unit_keys %}across.{{ key }},
    {% endfor -%}
    across.indicator_code,
    across.direction_no,
    across.direction_weight,
    across.indicator_weight,
    across.nominal_weight,
    across.value,
    across.missing_reason,
    across.treatment,
    across.normalised,
    coalesce(
        across.direction_weight * across.weight_inside / nullif(across.weight_of_directions, 0), 0
    ) as weight,
    case
        when methodology.aggregation_within = 'arithmetic' and methodology.aggregation_across = 'arithmetic'
            then coalesce(
                across.normalised * across.direction_weight * across.weight_inside
                / nullif(across.weight_of_directions, 0),
                0
            )
    end as contribution
from across
inner join {{ methodology }} as methodology
    on across.methodology_code = methodology.methodology_code
{%- endmacro %}
