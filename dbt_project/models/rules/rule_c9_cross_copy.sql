-- C9.CROSS.COPY: the section «Каналы» repeats the same period of the year before.
{{ repeated_table(
    rule_id='C9.CROSS.COPY',
    section='channels',
    cells=cells(ref('stg_c9__channels'), [
        'publications',
        'views',
    ]),
) }}
