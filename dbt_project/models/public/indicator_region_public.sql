with measured as (
    select
        regional.indicator_code,
        indicators.indicator_name,
        regional.region_code,
        regional.school_year,
        regional.value,
        regional.missing_reason,
        indicators.unit,
        indicators.denominator_counts_people
        and regional.numerator is not null
        and not coalesce(cells.is_shown, false) as is_withheld
    from {{ ref('fct_indicator_value') }} as regional
    inner join {{ ref('dim_indicator') }} as indicators
        on regional.indicator_code = indicators.indicator_code
    left join {{ source('ledger', 'disclosure_cell') }} as cells
        on
            cells.table_name = 'indicator'
            and regional.unit_type = cells.unit_type
            and regional.unit_code = cells.unit_code
            and regional.indicator_code = cells.item
            and regional.region_code = cells.region_code
            and regional.school_year = cells.school_year
            and cells.value = regional.numerator::double precision
            and cells.basis = regional.denominator::double precision
    where regional.unit_type = 'region'
)

select
    measured.indicator_code,
    measured.indicator_name,
    measured.region_code,
    measured.school_year,
    case when not measured.is_withheld then round(measured.value, {{ var('public_decimals') }}) end as value,
    measured.unit,
    measured.is_withheld as is_suppressed,
    case when not measured.is_withheld then measured.missing_reason end as missing_reason
from measured
