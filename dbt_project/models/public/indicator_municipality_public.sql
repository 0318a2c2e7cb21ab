-- Neither numerators nor denominators leave the ministry. Which shares of people are withheld is decided outside the
-- database (docs/adr/0013): what has no decision for exactly these numbers is not shown.
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
        and municipal.numerator is not null
        and not coalesce(cells.is_shown, false) as is_withheld
    from {{ ref('fct_indicator_value') }} as municipal
    inner join {{ ref('dim_indicator') }} as indicators
        on municipal.indicator_code = indicators.indicator_code
    left join {{ source('ledger', 'disclosure_cell') }} as cells
        on
            cells.table_name = 'indicator'
            and municipal.unit_type = cells.unit_type
            and municipal.unit_code = cells.unit_code
            and municipal.indicator_code = cells.item
            and municipal.region_code = cells.region_code
            and municipal.school_year = cells.school_year
            and cells.value = municipal.numerator::double precision
            and cells.basis = municipal.denominator::double precision
    where municipal.unit_type = 'municipality'
)

select
    measured.indicator_code,
    measured.region_code,
    measured.municipality_code,
    municipalities.municipality_name,
    measured.school_year,
    case when not measured.is_withheld then round(measured.value, {{ var('public_decimals') }}) end as value,
    measured.unit,
    measured.is_withheld as is_suppressed,
    case when not measured.is_withheld then measured.missing_reason end as missing_reason
from measured
inner join {{ ref('dim_municipality') }} as municipalities
    on
        measured.municipality_code = municipalities.municipality_code
        and municipalities.is_current
