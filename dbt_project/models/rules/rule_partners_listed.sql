-- *.CROSS.PARTNER: an agreement with a school, a college or an employment centre that the registry does not list.
{% set sections = [
    {
        'rule': 'S2.CROSS.PARTNER',
        'rows': ref('stg_s2__agreements'),
        'kinds': ['spo_college', 'employment_center'],
    },
    {
        'rule': 'C8.CROSS.PARTNER',
        'rows': ref('stg_c8__agreements'),
        'kinds': ['school', 'spo_college'],
    },
    {
        'rule': 'P5.CROSS.PARTNER',
        'rows': ref('stg_p5__agreements'),
        'kinds': ['school', 'employment_center'],
    },
] %}

{{ partners_not_listed(sections) }}
