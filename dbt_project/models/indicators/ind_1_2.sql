-- 1.2: reports accepted on time / reports due, over all forms of the organisation in the school year.
with due as (
    select
        region_code,
        ogrn,
        school_year,
        count(*) as obligations,
        count(*) filter (where is_on_time) as on_time
    from {{ ref('fct_obligation') }}
    where is_due
    group by
        region_code,
        ogrn,
        school_year
)

select
    '1.2' as indicator_code,
    units.region_code,
    units.kind as unit_type,
    units.ogrn as unit_code,
    units.school_year,
    due.on_time::numeric as numerator,
    due.obligations::numeric as denominator,
    case when due.ogrn is null then 'not_due' end as missing_reason
from {{ ref('int_unit_year__active') }} as units
left join due
    on
        units.ogrn = due.ogrn
        and units.school_year = due.school_year
where
    units.kind in (
        select unnest(string_to_array(indicators.measured_units, ';'))
        from {{ ref('indicators') }} as indicators
        where indicators.indicator_code = '1.2'
    )
