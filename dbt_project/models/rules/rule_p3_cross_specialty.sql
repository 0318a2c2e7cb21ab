-- P3.CROSS.SPECIALTY: an admission to a specialty that the college's passport of the same school year does not have.
select
    'P3.CROSS.SPECIALTY' as rule_id,
    admission.submission_id,
    'admission' as section,
    admission.row_no,
    'specialty_code' as field,
    admission.specialty_code as received,
    'специальность из паспорта колледжа' as expected
from {{ ref('stg_p3__admission') }} as admission
where
    admission.admitted_total > 0
    and exists (
        select 1
        from {{ ref('stg_p1__specialties') }} as passport
        where
            admission.ogrn = passport.ogrn
            and admission.period_code = passport.period_code
    )
    and not exists (
        select 1
        from {{ ref('stg_p1__specialties') }} as passport
        where
            admission.ogrn = passport.ogrn
            and admission.period_code = passport.period_code
            and admission.specialty_code = passport.specialty_code
    )
