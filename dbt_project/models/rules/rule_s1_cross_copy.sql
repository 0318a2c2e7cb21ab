-- S1.CROSS.COPY: the table of the contingent is last year's table.
{{ repeated_table(
    rule_id='S1.CROSS.COPY',
    section='by_grade',
    cells=cells(ref('stg_s1__by_grade'), [
        'students',
        'students_ovz',
        'disabled_within_ovz',
        'disabled_outside_ovz',
        'gifted',
        'low_motivation',
        'profminimum_students',
    ]),
) }}
