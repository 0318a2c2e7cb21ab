-- M1.CROSS.JUMP: participants of municipal events changed by more than the set share against the half-year before.
{{ jump(
    rule_id='M1.CROSS.JUMP',
    section='events',
    cells=cells(ref('stg_m1__events'), [
        'participants_total',
    ]),
) }}
