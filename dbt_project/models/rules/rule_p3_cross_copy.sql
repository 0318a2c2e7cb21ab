-- P3.CROSS.COPY: the section «Приём» repeats the same period of the year before.
{{ repeated_table(
    rule_id='P3.CROSS.COPY',
    section='admission',
    cells=cells(ref('stg_p3__admission'), [
        'quota',
        'applications',
        'admitted_budget',
        'admitted_paid',
        'admitted_ovz',
        'admitted_disabled',
        'admitted_targeted',
    ], key=['specialty_code', 'admission_base']),
) }}
