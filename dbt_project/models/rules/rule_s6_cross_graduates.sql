-- S6.CROSS.GRADUATES: graduates differ from those of the April survey of the same school year.
select
    'S6.CROSS.GRADUATES' as rule_id,
    destinations.submission_id,
    'by_grade' as section,
    destinations.row_no,
    'graduates' as field,
    destinations.graduates::text as received,
    intentions.graduates::text as expected
from {{ ref('stg_s6__by_grade') }} as destinations
inner join {{ ref('stg_s5__by_grade') }} as intentions
    on
        destinations.ogrn = intentions.ogrn
        and destinations.period_code = intentions.period_code
        and destinations.row_code = intentions.row_code
where {{ counts_differ('destinations.graduates', 'intentions.graduates') }}
