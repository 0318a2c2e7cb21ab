-- S7.CROSS.COPY: the section «Включение по классам» repeats the same period of the year before.
{{ repeated_table(
    rule_id='S7.CROSS.COPY',
    section='by_grade',
    cells=cells(ref('stg_s7__by_grade'), [
        'included_ovz',
        'included_disabled',
        'trial_ovz',
        'trial_disabled',
    ]),
) }}
