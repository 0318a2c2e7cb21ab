{{ config(materialized='ephemeral') }}

-- Values of the indicators with every scheme by which their unit is rated in the school year: the methodology in force
-- with its variants, and as they are the methodologies in force a year before and a year after, so that a change of
-- methodology can be told from a change of work.
select
    schemes.methodology_code,
    measured.region_code,
    measured.school_year,
    measured.unit_type,
    measured.unit_code,
    measured.indicator_code,
    measured.value,
    measured.missing_reason
from {{ ref('fct_indicator_value') }} as measured
inner join {{ ref('int_rating__scheme') }} as schemes
    on
        measured.unit_type = schemes.unit_type
        and (
            (
                measured.school_year >= schemes.valid_from
                and measured.school_year <= coalesce(schemes.valid_to, measured.school_year)
            )
            or (
                schemes.variant_code = 'official'
                and measured.school_year >= {{ previous_school_year('schemes.valid_from') }}
                and (
                    schemes.valid_to is null
                    or {{ previous_school_year('measured.school_year') }} <= schemes.valid_to
                )
            )
        )
