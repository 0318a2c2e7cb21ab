-- *.CROSS.DROPPED: an agreement of the quarter before is still in force and no longer reported.
{% set sections = [
    {'rule': 'S2.CROSS.DROPPED', 'cards': ref('stg_s2__card'), 'rows': ref('stg_s2__agreements')},
    {'rule': 'C8.CROSS.DROPPED', 'cards': ref('stg_c8__card'), 'rows': ref('stg_c8__agreements')},
    {'rule': 'P5.CROSS.DROPPED', 'cards': ref('stg_p5__card'), 'rows': ref('stg_p5__agreements')},
] %}

{{ agreements_dropped(sections) }}
