-- S4.CROSS.JUMP: staff of a position changed by more than the set share against the half-year before.
{{ jump(
    rule_id='S4.CROSS.JUMP',
    section='by_position',
    cells=cells(ref('stg_s4__by_position'), [
        'staff',
        'engaged',
    ]),
) }}
