-- C4.CROSS.COPY: the section «Работа со специалистами» repeats the same period of the year before.
{{ repeated_table(
    rule_id='C4.CROSS.COPY',
    section='activities',
    cells=cells(ref('stg_c4__activities'), [
        'sessions_count',
        'participations',
        'specialists_school',
        'specialists_college',
        'specialists_center',
        'specialists_other',
    ]),
) }}
