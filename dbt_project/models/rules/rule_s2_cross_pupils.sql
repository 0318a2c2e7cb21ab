-- S2.CROSS.PUPILS: one agreement covers more pupils than the school's passport has.
select
    'S2.CROSS.PUPILS' as rule_id,
    agreements.submission_id,
    'agreements' as section,
    agreements.row_no,
    'students_covered' as field,
    agreements.students_covered::text as received,
    contingent.students_6_11::text as expected
from {{ ref('stg_s2__agreements') }} as agreements
inner join {{ ref('int_contingent__by_school') }} as contingent
    on
        agreements.ogrn = contingent.ogrn
        and {{ school_year('agreements.period_code') }} = contingent.school_year
where agreements.students_covered > contingent.students_6_11
