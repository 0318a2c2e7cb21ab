-- *.CROSS.JUMP: a cell changed by more than the set share against the report before.
{% set sections = [
    {
        'rule': 'S4.CROSS.JUMP',
        'section': 'by_position',
        'rows': ref('stg_s4__by_position'),
        'fields': [
            'staff',
            'engaged',
        ],
    },
    {
        'rule': 'S8.CROSS.JUMP',
        'section': 'by_grade',
        'rows': ref('stg_s8__by_grade'),
        'fields': [
            'portfolios',
        ],
    },
    {
        'rule': 'S9.CROSS.JUMP',
        'section': 'card',
        'rows': ref('stg_s9__card'),
        'key': [],
        'fields': [
            'camp_children',
        ],
    },
    {
        'rule': 'C2.CROSS.JUMP',
        'section': 'card',
        'rows': ref('stg_c2__card'),
        'key': [],
        'fields': [
            'employment_plan_year',
        ],
    },
    {
        'rule': 'P1.CROSS.JUMP',
        'section': 'specialties',
        'rows': ref('stg_p1__specialties'),
        'key': ['specialty_code', 'admission_base', 'study_form'],
        'fields': [
            'students_total',
        ],
    },
    {
        'rule': 'M1.CROSS.JUMP',
        'section': 'events',
        'rows': ref('stg_m1__events'),
        'fields': [
            'participants_total',
        ],
    },
] %}

{{ jumps(sections) }}
