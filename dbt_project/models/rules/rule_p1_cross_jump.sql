-- P1.CROSS.JUMP: the students of a specialty changed by more than the set share against the year before.
{{ jump(
    rule_id='P1.CROSS.JUMP',
    section='specialties',
    cells=cells(ref('stg_p1__specialties'), [
        'students_total',
    ], key=['specialty_code', 'admission_base', 'study_form']),
) }}
