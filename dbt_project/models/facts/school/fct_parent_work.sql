with reached as (
    select
        submission_id,
        max(unique_parents) filter (where row_code = '6_7') as unique_parents_6_7,
        max(unique_parents) filter (where row_code = '8_9') as unique_parents_8_9,
        max(unique_parents) filter (where row_code = '10_11') as unique_parents_10_11
    from {{ touched(ref('stg_s12__coverage')) }}
    group by submission_id
),

tutors as (
    select
        submission_id,
        max(tutor_count) filter (where row_code = 'partner') as partner_tutors,
        max(students_supported) filter (where row_code = 'partner') as partner_students_supported,
        max(tutor_count) filter (where row_code = 'parent') as parent_tutors,
        max(students_supported) filter (where row_code = 'parent') as parent_students_supported
    from {{ touched(ref('stg_s12__tutors')) }}
    group by submission_id
)

select
    cards.region_code,
    cards.ogrn,
    cards.period_code,
    {{ school_year('cards.period_code') }} as school_year,
    cards.parents_asked,
    cards.parents_satisfied,
    reached.unique_parents_6_7,
    reached.unique_parents_8_9,
    reached.unique_parents_10_11,
    tutors.partner_tutors,
    tutors.partner_students_supported,
    tutors.parent_tutors,
    tutors.parent_students_supported,
    cards.submission_id
from {{ touched(ref('stg_s12__card')) }} as cards
left join reached
    on cards.submission_id = reached.submission_id
left join tutors
    on cards.submission_id = tutors.submission_id
