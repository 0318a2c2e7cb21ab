-- P3.CROSS.PASSPORT: those admitted differ from the first-year students of the college's passport.
with first_year as (
    select
        ogrn,
        period_code,
        specialty_code,
        admission_base,
        sum(students_course_1) as students
    from {{ ref('stg_p1__specialties') }}
    group by
        ogrn,
        period_code,
        specialty_code,
        admission_base
)

select
    'P3.CROSS.PASSPORT' as rule_id,
    admission.submission_id,
    'admission' as section,
    admission.row_no,
    'admitted_total' as field,
    admission.admitted_total::text as received,
    first_year.students::text as expected
from {{ ref('stg_p3__admission') }} as admission
inner join first_year
    on
        admission.ogrn = first_year.ogrn
        and admission.period_code = first_year.period_code
        and admission.specialty_code = first_year.specialty_code
        and admission.admission_base = first_year.admission_base
where {{ counts_differ('admission.admitted_total', 'first_year.students', 'rule_admitted_differ_share') }}
