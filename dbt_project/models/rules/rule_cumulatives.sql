-- *.CROSS.CUMULATIVE: a count that only grows is lower than in an earlier report of the same year.
{% set sections = [
    {
        'rule': 'S3.CROSS.CUMULATIVE',
        'section': 'coverage',
        'rows': ref('stg_s3__coverage'),
        'within': school_year('listing.period_code'),
        'fields': [
            'unique_6_7',
            'unique_8_9',
            'unique_10_11',
            'unique_ovz',
        ],
    },
    {
        'rule': 'C1.CROSS.CUMULATIVE',
        'section': 'card',
        'rows': ref('stg_c1__card'),
        'key': [],
        'within': calendar_year('listing.period_code'),
        'fields': [
            'service_fact_cumulative',
        ],
    },
    {
        'rule': 'C2.CROSS.CUMULATIVE',
        'section': 'card',
        'rows': ref('stg_c2__card'),
        'key': [],
        'within': calendar_year('listing.period_code'),
        'fields': [
            'employed_cumulative',
            'public_work_participants',
            'wages_thousand_rub',
            'support_thousand_rub',
        ],
    },
    {
        'rule': 'C3.CROSS.CUMULATIVE',
        'section': 'coverage',
        'rows': ref('stg_c3__coverage'),
        'within': school_year('listing.period_code'),
        'fields': [
            'unique_since_september',
            'center_visitors',
            'unique_ovz',
        ],
    },
] %}

{{ fallen(sections) }}
