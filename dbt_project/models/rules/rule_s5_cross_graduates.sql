-- S5.CROSS.GRADUATES: graduates differ from the pupils of their grade in the school's passport.
select
    'S5.CROSS.GRADUATES' as rule_id,
    intentions.submission_id,
    'by_grade' as section,
    intentions.row_no,
    'graduates' as field,
    intentions.graduates::text as received,
    contingent.students::text as expected
from {{ ref('stg_s5__by_grade') }} as intentions
inner join {{ ref('fct_contingent') }} as contingent
    on
        intentions.ogrn = contingent.ogrn
        and intentions.period_code = contingent.school_year
        and intentions.row_code = contingent.grade::text
where {{ counts_differ('intentions.graduates', 'contingent.students') }}
