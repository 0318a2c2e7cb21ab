-- S6.CROSS.INTENTIONS: a destination differs from the intentions of April by more than the set share of the graduates.
select
    'S6.CROSS.INTENTIONS' as rule_id,
    destinations.submission_id,
    'by_grade' as section,
    destinations.row_no,
    cells.field,
    cells.went::text as received,
    cells.intended::text as expected
from {{ ref('stg_s6__by_grade') }} as destinations
inner join {{ ref('stg_s5__by_grade') }} as intentions
    on
        destinations.ogrn = intentions.ogrn
        and destinations.period_code = intentions.period_code
        and destinations.row_code = intentions.row_code
cross join
    lateral (
        values
        ('to_grade_10', destinations.to_grade_10, intentions.to_grade_10),
        ('to_spo', destinations.to_spo, intentions.to_spo),
        ('to_university', destinations.to_university, intentions.to_university),
        ('to_work', destinations.to_work, intentions.to_work),
        ('to_army', destinations.to_army, intentions.to_army)
    ) as cells (field, went, intended)
where
    abs(cells.went - cells.intended) > {{ var('rule_intentions_differ_share') }} * destinations.graduates
    and abs(cells.went - cells.intended) >= {{ var('rule_intentions_differ_min') }}
