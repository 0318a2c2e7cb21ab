-- M1.CROSS.COPY: the section «Семинары и собрания» repeats the same period of the year before.
{{ repeated_table(
    rule_id='M1.CROSS.COPY',
    section='events',
    cells=cells(ref('stg_m1__events'), [
        'events_count',
        'heads',
        'teachers',
        'psychologists',
        'parents',
    ]),
) }}
