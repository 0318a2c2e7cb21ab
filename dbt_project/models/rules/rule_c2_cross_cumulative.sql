-- C2.CROSS.CUMULATIVE: the count since January is lower than in an earlier month of the same calendar year.
{{ fallen(
    rule_id='C2.CROSS.CUMULATIVE',
    section='card',
    cells=cells(ref('stg_c2__card'), [
        'employed_cumulative',
        'public_work_participants',
        'wages_thousand_rub',
        'support_thousand_rub',
    ], key=[]),
    within=calendar_year('period_code'),
) }}
