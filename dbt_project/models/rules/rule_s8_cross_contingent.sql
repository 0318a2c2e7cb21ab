-- S8.CROSS.CONTINGENT: pupils of a grade differ from the school's passport.
select
    'S8.CROSS.CONTINGENT' as rule_id,
    digital.submission_id,
    'by_grade' as section,
    digital.row_no,
    'students' as field,
    digital.students::text as received,
    contingent.students::text as expected
from {{ ref('stg_s8__by_grade') }} as digital
inner join {{ ref('fct_contingent') }} as contingent
    on
        digital.ogrn = contingent.ogrn
        and {{ school_year('digital.period_code') }} = contingent.school_year
        and digital.row_code = contingent.grade::text
where {{ counts_differ('digital.students', 'contingent.students') }}
