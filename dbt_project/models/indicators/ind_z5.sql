-- Z5: enterprises with a route, each once in the school year / pupils of grades 6-11 of the territory.
with routes as (
    select
        ogrn,
        school_year,
        count(distinct enterprise_inn) as enterprises
    from {{ ref('fct_route') }}
    group by
        ogrn,
        school_year
)

select
    'Z5' as indicator_code,
    centers.region_code,
    'employment_center' as unit_type,
    centers.ogrn as unit_code,
    centers.school_year,
    coalesce(routes.enterprises, 0)::numeric as numerator,
    centers.students_6_11 as denominator,
    coalesce(centers.c8_missing_reason, centers.territory_missing_reason) as missing_reason
from {{ ref('int_center_year__inputs') }} as centers
left join routes
    on
        centers.ogrn = routes.ogrn
        and centers.school_year = routes.school_year
