-- P1.CROSS.COPY: the section «Специальности» repeats the same period of the year before.
{{ repeated_table(
    rule_id='P1.CROSS.COPY',
    section='specialties',
    cells=cells(ref('stg_p1__specialties'), [
        'students_course_1',
        'students_course_2',
        'students_course_3',
        'students_course_4',
        'students_ovz',
        'disabled_within_ovz',
        'disabled_outside_ovz',
        'students_targeted',
    ], key=['specialty_code', 'admission_base', 'study_form']),
) }}
