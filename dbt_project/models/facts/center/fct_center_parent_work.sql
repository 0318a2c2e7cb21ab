with meetings as (
    select
        submission_id,
        {{- columns_by_row(['school', 'municipal', 'intensive'], {
            'events_count': '*_meetings',
            'schools_count': '*_schools_count',
            'parents': '*_parents',
            'parents_remote': '*_parents_remote',
        }) }}
    from {{ touched(ref('stg_c6__meetings')) }}
    group by submission_id
)

select
    cards.region_code,
    cards.ogrn,
    cards.period_code,
    {{ school_year('cards.period_code') }} as school_year,
    cards.parents_unique,
    meetings.school_meetings,
    meetings.school_schools_count,
    meetings.school_parents,
    meetings.school_parents_remote,
    meetings.municipal_meetings,
    meetings.municipal_schools_count,
    meetings.municipal_parents,
    meetings.municipal_parents_remote,
    meetings.intensive_meetings,
    meetings.intensive_schools_count,
    meetings.intensive_parents,
    meetings.intensive_parents_remote,
    cards.submission_id
from {{ touched(ref('stg_c6__card')) }} as cards
left join meetings
    on cards.submission_id = meetings.submission_id
