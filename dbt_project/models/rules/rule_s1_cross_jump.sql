-- S1.CROSS.JUMP: pupils of grades 6-11 changed by more than the set share against the previous school year.
select
    'S1.CROSS.JUMP' as rule_id,
    this_year.submission_id,
    'by_grade' as section,
    totals.row_no,
    'students' as field,
    this_year.students_6_11::text as received,
    last_year.students_6_11::text as expected
from {{ ref('int_contingent__by_school') }} as this_year
inner join {{ ref('int_contingent__by_school') }} as last_year
    on
        this_year.ogrn = last_year.ogrn
        and {{ previous_school_year('this_year.school_year') }} = last_year.school_year
inner join {{ ref('stg_s1__by_grade') }} as totals
    on
        this_year.submission_id = totals.submission_id
        and totals.row_code = 'total'
where
    abs(this_year.students_6_11 - last_year.students_6_11)
    > {{ var('rule_contingent_jump_share') }} * last_year.students_6_11
    and abs(this_year.students_6_11 - last_year.students_6_11) >= {{ var('rule_contingent_jump_min') }}
