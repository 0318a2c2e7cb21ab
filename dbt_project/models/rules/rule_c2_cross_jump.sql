-- C2.CROSS.JUMP: the plan of the year changed by more than the set share against the month before.
{{ jump(
    rule_id='C2.CROSS.JUMP',
    section='card',
    cells=cells(ref('stg_c2__card'), [
        'employment_plan_year',
    ], key=[]),
) }}
