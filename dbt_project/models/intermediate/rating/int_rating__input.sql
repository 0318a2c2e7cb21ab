{{ config(materialized='ephemeral') }}

-- Values of the indicators with the methodology that is in force for the kind of unit and the school year.
select
    methodology.methodology_code,
    measured.region_code,
    measured.school_year,
    measured.unit_type,
    measured.unit_code,
    measured.indicator_code,
    measured.value,
    measured.missing_reason
from {{ ref('fct_indicator_value') }} as measured
inner join {{ ref('methodology_units') }} as units
    on measured.unit_type = units.unit_type
inner join {{ ref('methodology') }} as methodology
    on
        units.methodology_code = methodology.methodology_code
        and measured.school_year >= methodology.valid_from
        and measured.school_year <= coalesce(methodology.valid_to, measured.school_year)
