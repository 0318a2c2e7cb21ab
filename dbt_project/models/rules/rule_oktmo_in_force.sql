-- *.CROSS.OKTMO_IN_FORCE: an ОКТМО that is unknown or not in force on the first day of the period.
{% set sections = [
    {'rule': 'S1.CROSS.OKTMO_IN_FORCE', 'rows': ref('stg_s1__card'), 'section': 'card', 'field': 'oktmo'},
    {'rule': 'P3.CROSS.OKTMO_IN_FORCE', 'rows': ref('stg_p3__territories'), 'section': 'territories', 'field': 'school_oktmo'},
] %}

{{ oktmo_not_in_force(sections) }}
