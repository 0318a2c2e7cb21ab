-- C7.CROSS.COPY: the section «Инструментарий» repeats the same period of the year before.
{{ repeated_table(
    rule_id='C7.CROSS.COPY',
    section='tools',
    cells=cells(ref('stg_c7__tools'), [
        'available',
        'acquired',
        'on_mobile',
        'acquired_thousand_rub',
    ]),
) }}
