-- S8.CROSS.JUMP: portfolios of a grade changed by more than the set share against the half-year before.
{{ jump(
    rule_id='S8.CROSS.JUMP',
    section='by_grade',
    cells=cells(ref('stg_s8__by_grade'), [
        'portfolios',
    ]),
) }}
