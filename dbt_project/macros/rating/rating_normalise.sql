{#-
  Step 1 of a rating: values of indicators to a common scale.

  `values` is any long relation with the columns methodology_code, the unit keys, indicator_code, value and
  missing_reason. The methodology is rows: `methodology` (scale, aggregations), `directions` (weights of groups),
  `indicators` (group, weight inside it, cap, goalposts, inverse, transform, normalisation) and `missing` (what a
  missing value means: zero, reweight - its weight goes to the rest - or exclude - the unit is outside the rating).

  One row per unit and indicator of its methodology:
    normalised      0..score_scale (clipped at the goalposts), the raw transformed value where normalisation is none,
                    0 where the missing rule says zero, null where the value is left out
    nominal_weight  share of the whole rating that the methodology gives to the indicator
-#}
{% macro rating_normalise(values, unit_keys, methodology, directions, indicators, missing) -%}
with nominal as (
    select
        indicators.methodology_code,
        indicators.indicator_code,
        indicators.direction_no,
        indicators.weight as indicator_weight,
        directions.weight as direction_weight,
        directions.weight * indicators.weight / sum(indicators.weight) over (
            partition by indicators.methodology_code, indicators.direction_no
        ) as nominal_weight,
        indicators.value_cap,
        indicators.goalpost_low,
        indicators.goalpost_high,
        indicators.is_inverse,
        indicators.transform,
        indicators.normalisation,
        methodology.score_scale
    from {{ indicators }} as indicators
    inner join {{ directions }} as directions
        on
            indicators.methodology_code = directions.methodology_code
            and indicators.direction_no = directions.direction_no
    inner join {{ methodology }} as methodology
        on indicators.methodology_code = methodology.methodology_code
),

-- A cap is what a value may count at most, whatever comes after: least() passes over a cap that is null.
clipped as (
    select
        measured.methodology_code,
        {% for key in unit_keys %}measured.{{ key }},
        {% endfor -%}
        nominal.indicator_code,
        nominal.direction_no,
        nominal.direction_weight,
        nominal.indicator_weight,
        nominal.nominal_weight,
        nominal.goalpost_low,
        nominal.goalpost_high,
        nominal.is_inverse,
        nominal.transform,
        nominal.normalisation,
        nominal.score_scale,
        measured.value,
        measured.missing_reason,
        missing.treatment,
        case nominal.normalisation
            when 'none' then least(nominal.value_cap, measured.value::numeric)
            else least(nominal.goalpost_high, greatest(nominal.goalpost_low, measured.value::numeric), nominal.value_cap)
        end as clipped_value
    from {{ values }} as measured
    inner join nominal
        on
            measured.methodology_code = nominal.methodology_code
            and measured.indicator_code = nominal.indicator_code
    left join {{ missing }} as missing
        on
            measured.methodology_code = missing.methodology_code
            and measured.missing_reason = missing.missing_reason
),

scaled as (
    select
        clipped.*,
        case normalisation
            when 'none' then {{ rating_transform('clipped_value', 'transform') }}
            else
                (
                    {{ rating_transform('clipped_value', 'transform') }}
                    - {{ rating_transform('goalpost_low', 'transform') }}
                )
                / (
                    {{ rating_transform('goalpost_high', 'transform') }}
                    - {{ rating_transform('goalpost_low', 'transform') }}
                )
        end as position
    from clipped
)

select
    methodology_code,
    {% for key in unit_keys %}{{ key }},
    {% endfor -%}
    indicator_code,
    direction_no,
    direction_weight,
    indicator_weight,
    nominal_weight,
    value,
    missing_reason,
    treatment,
    case
        when missing_reason is not null and treatment = 'zero' then 0
        when missing_reason is not null then null
        when normalisation = 'none' then position
        when is_inverse then score_scale * (1 - position)
        else score_scale * position
    end as normalised
from scaled
{%- endmacro %}

{#- The transform of one value: none or log10. -#}
{% macro rating_transform(value, transform) -%}
    case {{ transform }} when 'log10' then log({{ value }}) else {{ value }} end
{%- endmacro %}
