-- P4.CROSS.COPY: the section «Занятость выпускников» repeats the same period of the year before.
{{ repeated_table(
    rule_id='P4.CROSS.COPY',
    section='outcomes',
    cells=cells(ref('stg_p4__outcomes'), [
        'employed_in_profession',
        'employed_other',
        'self_employed',
        'continued_education',
        'in_army',
        'on_parental_leave',
        'not_employed',
        'outcome_unknown',
    ], key=['specialty_code', 'row_number']),
) }}
