-- S7.CROSS.CONTINGENT: pupils with ОВЗ or disabilities differ from the school's passport by more than the set share.
select
    'S7.CROSS.CONTINGENT' as rule_id,
    inclusion.submission_id,
    'by_grade' as section,
    inclusion.row_no,
    cells.field,
    cells.pupils::text as received,
    cells.in_passport::text as expected
from {{ ref('stg_s7__by_grade') }} as inclusion
inner join {{ ref('fct_contingent') }} as contingent
    on
        inclusion.ogrn = contingent.ogrn
        and inclusion.period_code = contingent.school_year
        and inclusion.row_code = contingent.grade::text
cross join
    lateral (
        values
        ('students_ovz', inclusion.students_ovz, contingent.students_ovz),
        ('disabled_outside_ovz', inclusion.disabled_outside_ovz, contingent.disabled_outside_ovz)
    ) as cells (field, pupils, in_passport)
where {{ counts_differ('cells.pupils', 'cells.in_passport') }}
