-- S10.CROSS.COPY: the section «Области образования» repeats the same period of the year before.
{{ repeated_table(
    rule_id='S10.CROSS.COPY',
    section='by_area',
    cells=cells(ref('stg_s10__by_area'), [
        'grade_9',
        'grade_11',
    ]),
) }}
