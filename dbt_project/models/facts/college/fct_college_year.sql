with reported as (
    select
        region_code,
        ogrn,
        period_code
    from {{ touched(ref('stg_p1__card')) }}
    union
    select
        region_code,
        ogrn,
        period_code
    from {{ touched(ref('stg_p3__card')) }}
    union
    select
        region_code,
        ogrn,
        period_code
    from {{ touched(ref('stg_p6__card')) }}
)

select
    reported.region_code,
    reported.ogrn,
    reported.period_code as school_year,
    p1.pupil_programmes_count,
    p1.pupils_in_programmes,
    p1.first_year_surveyed,
    p1.first_year_satisfied,
    p3.entrants_attended_events,
    p6.practices_submitted,
    p6.practices_included,
    p1.submission_id as p1_submission_id,
    p3.submission_id as p3_submission_id,
    p6.submission_id as p6_submission_id
from reported
left join {{ touched(ref('stg_p1__card')) }} as p1
    on
        reported.ogrn = p1.ogrn
        and reported.period_code = p1.period_code
left join {{ touched(ref('stg_p3__card')) }} as p3
    on
        reported.ogrn = p3.ogrn
        and reported.period_code = p3.period_code
left join {{ touched(ref('stg_p6__card')) }} as p6
    on
        reported.ogrn = p6.ogrn
        and reported.period_code = p6.period_code
