-- C5.CROSS.COPY: the section «Намерения по классам» repeats the same period of the year before.
{{ repeated_table(
    rule_id='C5.CROSS.COPY',
    section='by_grade',
    cells=cells(ref('stg_c5__by_grade'), [
        'schools_count',
        'graduates_of_territory',
        'surveyed_of_territory',
        'to_grade_10',
        'to_spo',
        'to_university',
        'to_work',
        'to_army',
        'undecided',
        'to_other_region',
    ]),
) }}
