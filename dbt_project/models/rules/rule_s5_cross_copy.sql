-- S5.CROSS.COPY: the table of intentions is last year's table.
{{ repeated_table(
    rule_id='S5.CROSS.COPY',
    section='by_grade',
    cells=cells(ref('stg_s5__by_grade'), [
        'graduates',
        'surveyed',
        'to_grade_10',
        'to_spo',
        'to_university',
        'to_work',
        'to_army',
        'undecided',
        'to_other_region',
    ]),
) }}
