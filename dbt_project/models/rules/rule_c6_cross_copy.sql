-- C6.CROSS.COPY: the section «Собрания» repeats the same period of the year before.
{{ repeated_table(
    rule_id='C6.CROSS.COPY',
    section='meetings',
    cells=cells(ref('stg_c6__meetings'), [
        'events_count',
        'schools_count',
        'parents',
        'parents_remote',
    ]),
) }}
