-- 6.3: graduates who entered where they had intended to / graduates who went on studying, grades 9 and 11.
with destinations as (
    select
        submission_id,
        sum(entered_as_intended) as entered_as_intended,
        sum(continued) as continued
    from {{ ref('fct_destination') }}
    group by submission_id
)

select
    '6.3' as indicator_code,
    schools.region_code,
    'school' as unit_type,
    schools.ogrn as unit_code,
    schools.school_year,
    destinations.entered_as_intended::numeric as numerator,
    destinations.continued::numeric as denominator,
    schools.s6_missing_reason as missing_reason
from {{ ref('int_school_year__inputs') }} as schools
left join destinations
    on schools.s6_submission_id = destinations.submission_id
