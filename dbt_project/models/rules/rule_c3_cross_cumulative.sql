-- C3.CROSS.CUMULATIVE: unique pupils since 1 September are fewer than in an earlier month of the school year.
{{ fallen(
    rule_id='C3.CROSS.CUMULATIVE',
    section='coverage',
    cells=cells(ref('stg_c3__coverage'), [
        'unique_since_september',
        'center_visitors',
        'unique_ovz',
    ]),
    within=school_year('period_code'),
) }}
