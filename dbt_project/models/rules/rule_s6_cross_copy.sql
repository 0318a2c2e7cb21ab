-- S6.CROSS.COPY: the section «Распределение» repeats the same period of the year before.
{{ repeated_table(
    rule_id='S6.CROSS.COPY',
    section='by_grade',
    cells=cells(ref('stg_s6__by_grade'), [
        'graduates',
        'to_grade_10',
        'to_spo',
        'to_university',
        'to_work',
        'to_army',
        'not_placed',
        'to_other_region',
        'entered_as_intended',
    ]),
) }}
