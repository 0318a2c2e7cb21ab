-- S6.CROSS.AS_INTENDED: more graduates entered as they intended than had named an intention in the April survey.
select
    'S6.CROSS.AS_INTENDED' as rule_id,
    destinations.submission_id,
    'by_grade' as section,
    destinations.row_no,
    'entered_as_intended' as field,
    destinations.entered_as_intended::text as received,
    (intentions.surveyed - intentions.undecided)::text as expected
from {{ ref('stg_s6__by_grade') }} as destinations
inner join {{ ref('stg_s5__by_grade') }} as intentions
    on
        destinations.ogrn = intentions.ogrn
        and destinations.period_code = intentions.period_code
        and destinations.row_code = intentions.row_code
where destinations.entered_as_intended > intentions.surveyed - intentions.undecided
