-- P*.CROSS.SPECIALTY_LISTED: a code that the list of occupations and specialties does not have.
{% set sections = [
    {'rule': 'P1.CROSS.SPECIALTY_LISTED', 'rows': ref('stg_p1__specialties'), 'section': 'specialties'},
    {'rule': 'P2.CROSS.SPECIALTY_LISTED', 'rows': ref('stg_p2__trials'), 'section': 'trials'},
    {'rule': 'P3.CROSS.SPECIALTY_LISTED', 'rows': ref('stg_p3__admission'), 'section': 'admission'},
    {'rule': 'P4.CROSS.SPECIALTY_LISTED', 'rows': ref('stg_p4__outcomes'), 'section': 'outcomes'},
] %}

{{ specialties_not_listed(sections) }}
