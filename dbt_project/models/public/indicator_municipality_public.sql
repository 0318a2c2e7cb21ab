-- Neither numerators nor denominators leave the ministry. A share of people is withheld when it rests on a small
-- number of people, of those counted in it, or of those left out of it.
with measured as (
    select
        municipal.indicator_code,
        municipal.region_code,
        municipal.unit_code as municipality_code,
        municipal.school_year,
        municipal.value,
        municipal.missing_reason,
        indicators.unit,
        indicators.denominator_counts_people
        and (
            municipal.denominator < {{ var('small_denominator') }}
            or municipal.numerator between 1 and {{ var('small_denominator') }} - 1
            or municipal.denominator - municipal.numerator between 1 and {{ var('small_denominator') }} - 1
        ) as is_small
    from {{ ref('fct_indicator_value') }} as municipal
    inner join {{ ref('dim_indicator') }} as indicators
        on municipal.indicator_code = indicators.indicator_code
    where municipal.unit_type = 'municipality'
)

select
    measured.indicator_code,
    measured.region_code,
    measured.municipality_code,
    municipalities.municipality_name,
    measured.school_year,
    case when not coalesce(measured.is_small, false) then round(measured.value, {{ var('public_decimals') }}) end
        as value,
    measured.unit,
    coalesce(measured.is_small, false) as is_suppressed,
    case when not coalesce(measured.is_small, false) then measured.missing_reason end as missing_reason
from measured
inner join {{ ref('dim_municipality') }} as municipalities
    on
        measured.municipality_code = municipalities.municipality_code
        and municipalities.is_current
