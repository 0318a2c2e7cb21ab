-- Z6: graduates surveyed about their intentions / graduates of the schools covered, grades 9 and 11.
with intentions as (
    select
        submission_id,
        sum(surveyed_of_territory) as surveyed,
        sum(graduates_of_territory) as graduates
    from {{ ref('fct_territory_intention') }}
    group by submission_id
)

select
    'Z6' as indicator_code,
    centers.region_code,
    'employment_center' as unit_type,
    centers.ogrn as unit_code,
    centers.school_year,
    intentions.surveyed::numeric as numerator,
    intentions.graduates::numeric as denominator,
    centers.c5_missing_reason as missing_reason
from {{ ref('int_center_year__inputs') }} as centers
left join intentions
    on centers.c5_submission_id = intentions.submission_id
