-- C2.CROSS.COPY: the section «Показатели» repeats the same period of the year before.
{{ repeated_table(
    rule_id='C2.CROSS.COPY',
    section='card',
    cells=cells(ref('stg_c2__card'), [
        'employed_age_14_15',
        'employed_age_16_17',
        'employed_cumulative',
        'employed_orphans',
        'employed_low_income',
        'employed_on_record',
        'employed_ovz',
        'employed_disabled',
        'employers_count',
        'mentors_count',
        'employed_with_mentor',
        'employed_with_trial',
        'wages_thousand_rub',
        'support_thousand_rub',
    ], key=[]),
) }}
