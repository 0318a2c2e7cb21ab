-- S8.CROSS.COPY: the section «Пользователи по классам» repeats the same period of the year before.
{{ repeated_table(
    rule_id='S8.CROSS.COPY',
    section='by_grade',
    cells=cells(ref('stg_s8__by_grade'), [
        'students',
        'portfolios',
        'portfolios_updated',
        'resource_users',
        'ticket_registered',
        'ticket_diagnosed',
    ]),
) }}
