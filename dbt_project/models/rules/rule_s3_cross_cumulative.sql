-- S3.CROSS.CUMULATIVE: unique pupils since 1 September are fewer than in an earlier quarter of the school year.
{{ fallen(
    rule_id='S3.CROSS.CUMULATIVE',
    section='coverage',
    cells=cells(ref('stg_s3__coverage'), [
        'unique_6_7',
        'unique_8_9',
        'unique_10_11',
        'unique_ovz',
    ]),
    within=school_year('period_code'),
) }}
