-- C5.CROSS.INTENTIONS: the centre counts fewer graduates than the schools of its municipality report in S5.
-- Only where a municipality has one centre: two share its schools in a way that the registry does not know.
with centers as (
    select
        municipality_code,
        min(ogrn) as ogrn
    from {{ ref('dim_organisation') }}
    where
        kind = 'employment_center'
        and is_current
        and closed_on is null
    group by municipality_code
    having count(*) = 1
),

by_schools as (
    select
        centers.ogrn,
        intentions.period_code,
        intentions.row_code,
        sum(intentions.graduates) as graduates,
        sum(intentions.surveyed) as surveyed
    from {{ ref('stg_s5__by_grade') }} as intentions
    inner join {{ ref('dim_period') }} as years
        on intentions.period_code = years.period_code
    inner join {{ ref('dim_organisation') }} as schools
        on
            intentions.ogrn = schools.ogrn
            and {{ organisation_in_force('schools', 'years.ends_on') }}
    inner join centers
        on schools.municipality_code = centers.municipality_code
    group by
        centers.ogrn,
        intentions.period_code,
        intentions.row_code
)

select
    'C5.CROSS.INTENTIONS' as rule_id,
    of_center.submission_id,
    'by_grade' as section,
    of_center.row_no,
    cells.field,
    cells.in_summary::text as received,
    cells.in_schools::text as expected
from {{ ref('stg_c5__by_grade') }} as of_center
inner join by_schools
    on
        of_center.ogrn = by_schools.ogrn
        and of_center.period_code = by_schools.period_code
        and of_center.row_code = by_schools.row_code
cross join
    lateral (
        values
        ('graduates_of_territory', of_center.graduates_of_territory, by_schools.graduates),
        ('surveyed_of_territory', of_center.surveyed_of_territory, by_schools.surveyed)
    ) as cells (field, in_summary, in_schools)
where cells.in_summary < cells.in_schools
