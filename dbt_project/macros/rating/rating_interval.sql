{#-
  Step 6: how far places depend on the weights. Every weight of a direction is varied by up to a share up and down, all
  at once and independently; units are scored and ranked anew with each draw of weights.

    scores            units that are ranked, with methodology_code and the keys
    direction_scores  their scores by direction (step 3)
    methodology, directions  as in the other steps
    variants          rows with variant_code, draws, weight_variation, random_seed, interval_share
    direction_count   the highest number of a direction

  One row per unit and variant: rank_from, rank_median and rank_to, the ranks below which lie 5 %, 50 % and 95 % of the
  draws where interval_share is 0.9. Nothing is rounded before the score is: weights and scores are integers (millionths,
  thousandths), so every machine finds the same ranks.
-#}
{% macro rating_interval(scores, direction_scores, unit_keys, scope_keys, methodology, directions, variants, direction_count) -%}
{#- A linter that knows no variables reads it with one direction. -#}
{%- set numbers = range(1, direction_count | int(1) + 1) -%}
with recursive drawn as (
    select
        variant_code,
        (row_number() over (order by variant_code))::integer as variant_no,
        draws,
        random_seed,
        round(weight_variation * 1000)::bigint as variation,
        (0.5 - interval_share / 2)::double precision as lower_share,
        (0.5 + interval_share / 2)::double precision as upper_share
    from {{ variants }}
    where draws is not null
),

random_numbers as (
    {{ rating_random_numbers('drawn', direction_count) }}
),

multipliers as (
    select
        drawn.variant_no,
        (random_numbers.number_no - 1) / {{ direction_count }} as draw_no,
        (random_numbers.number_no - 1) % {{ direction_count }} + 1 as direction_no,
        1000 - drawn.variation
        + random_numbers.number * (2 * drawn.variation + 1) / {{ rating_random_modulus() }} as thousandths
    from random_numbers
    inner join drawn
        on random_numbers.variant_no = drawn.variant_no
    where random_numbers.number_no > 0
),

drawn_weights as (
    select
        directions.methodology_code,
        multipliers.variant_no,
        multipliers.draw_no
        {%- for number in numbers %},
        coalesce(
            (
                sum(round(directions.weight * 1000000)::bigint * multipliers.thousandths)
                filter (where directions.direction_no = {{ number }})
            )::bigint,
            0
        ) as weight_{{ number }}
        {%- endfor %}
    from {{ directions }} as directions
    inner join multipliers
        on directions.direction_no = multipliers.direction_no
    group by
        directions.methodology_code,
        multipliers.variant_no,
        multipliers.draw_no
),

units as (
    select
        scores.methodology_code,
        {% for key in unit_keys %}scores.{{ key }},
        {% endfor -%}
        methodology.score_decimals,
        power(10, 6 - methodology.score_decimals)::bigint as score_step,
        methodology.aggregation_across,
        bool_or(greatest(direction_scores.direction_score, methodology.geometric_floor) <= 0)
        filter (where direction_scores.direction_score is not null) as has_zero
        {%- for number in numbers %},
        max(
            round(
                1000000 * case methodology.aggregation_across
                    when 'geometric'
                        then ln(nullif(greatest(direction_scores.direction_score, methodology.geometric_floor), 0))
                    else {{ rating_round('direction_scores.direction_score', 6) }}
                end
            )::bigint
        ) filter (
            where direction_scores.direction_no = {{ number }} and direction_scores.direction_score is not null
        ) as score_{{ number }}
        {%- endfor %}
    from {{ scores }} as scores
    inner join {{ direction_scores }} as direction_scores
        on
            scores.methodology_code = direction_scores.methodology_code
            {%- for key in unit_keys %}
            and scores.{{ key }} = direction_scores.{{ key }}
            {%- endfor %}
    inner join {{ methodology }} as methodology
        on scores.methodology_code = methodology.methodology_code
    group by
        scores.methodology_code,
        {% for key in unit_keys %}scores.{{ key }},
        {% endfor -%}
        methodology.score_decimals,
        methodology.aggregation_across
),

-- Units go by a number from here on: half a million rows are sorted, and text is slow to compare.
numbered as (
    select
        units.*,
        row_number() over () as unit_no,
        dense_rank() over (order by methodology_code, {{ scope_keys | join(', ') }}) as scope_no
    from units
),

summed as (
    select
        numbered.unit_no,
        numbered.scope_no,
        drawn_weights.variant_no,
        drawn_weights.draw_no,
        numbered.aggregation_across,
        numbered.has_zero,
        numbered.score_decimals,
        numbered.score_step,
        {% for number in numbers -%}
        coalesce(numbered.score_{{ number }} * drawn_weights.weight_{{ number }}, 0)
        {%- if not loop.last %} + {% endif %}
        {% endfor -%}
        as weighted_sum,
        {% for number in numbers -%}
        case when numbered.score_{{ number }} is null then 0 else drawn_weights.weight_{{ number }} end
        {%- if not loop.last %} + {% endif %}
        {% endfor -%}
        as weight_sum
    from numbered
    inner join drawn_weights
        on numbered.methodology_code = drawn_weights.methodology_code
),

-- The score in units of its last decimal, rounded half up as the published one.
drawn_scores as (
    select
        unit_no,
        scope_no,
        variant_no,
        draw_no,
        case
            when aggregation_across = 'arithmetic'
                then (2 * weighted_sum + weight_sum * score_step) / (2 * weight_sum * score_step)
            when has_zero then 0
            else
                (
                    round(exp(weighted_sum::numeric / weight_sum / 1000000), score_decimals)
                    * power(10::numeric, score_decimals)
                )::bigint
        end as score
    from summed
),

drawn_ranks as (
    select
        unit_no,
        variant_no,
        rank() over (partition by variant_no, draw_no, scope_no order by score desc) as rank
    from drawn_scores
),

intervals as (
    select
        drawn_ranks.unit_no,
        drawn.variant_code,
        percentile_disc(drawn.lower_share) within group (order by drawn_ranks.rank) as rank_from,
        percentile_disc(0.5) within group (order by drawn_ranks.rank) as rank_median,
        percentile_disc(drawn.upper_share) within group (order by drawn_ranks.rank) as rank_to
    from drawn_ranks
    inner join drawn
        on drawn_ranks.variant_no = drawn.variant_no
    group by
        drawn_ranks.unit_no,
        drawn.variant_no,
        drawn.variant_code,
        drawn.lower_share,
        drawn.upper_share
)

select
    numbered.methodology_code,
    {% for key in unit_keys %}numbered.{{ key }},
    {% endfor -%}
    intervals.variant_code,
    intervals.rank_from::integer as rank_from,
    intervals.rank_median::integer as rank_median,
    intervals.rank_to::integer as rank_to
from intervals
inner join numbered
    on intervals.unit_no = numbered.unit_no
{%- endmacro %}

{#-
  Random numbers 1..2147483646 from the generator of Park and Miller with the multiplier 48271 ("minimal standard",
  CACM 36(7) 1993, minstd_rand of C++): x(n+1) = 48271 x(n) mod (2^31 - 1), x(0) = random_seed. Integers only, so
  that every machine draws the same; the number for draw k (from 0) and direction d is x(k * direction_count + d).
-#}
{% macro rating_random_numbers(drawn, direction_count) -%}
    select
        variant_no,
        draws * {{ direction_count }} as number_count,
        0 as number_no,
        random_seed::bigint as number
    from {{ drawn }}
    union all
    select
        variant_no,
        number_count,
        number_no + 1 as number_no,
        number * 48271 % {{ rating_random_modulus() }} as number
    from random_numbers
    where number_no < number_count
{%- endmacro %}

{% macro rating_random_modulus() -%}
    2147483647
{%- endmacro %}
