-- S4.CROSS.COPY: the section «Работники по должностям» repeats the same period of the year before.
{{ repeated_table(
    rule_id='S4.CROSS.COPY',
    section='by_position',
    cells=cells(ref('stg_s4__by_position'), [
        'staff',
        'engaged',
        'need_training',
        'trained_half_year',
        'trained_3_years',
        'attended_events',
    ]),
) }}
