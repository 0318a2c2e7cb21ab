-- S3.CROSS.TRIALS: colleges report more participations of a school's pupils in trials than the school does.
with by_colleges as (
    select
        school_ogrn as ogrn,
        left(period_code, 4) || '-Q' || ceil(right(period_code, 2)::integer / 3.0) as period_code,
        sum(participants) as participations
    from {{ ref('fct_trial') }}
    group by
        school_ogrn,
        left(period_code, 4) || '-Q' || ceil(right(period_code, 2)::integer / 3.0)
),

by_school as (
    select
        coverage.submission_id,
        coverage.row_no,
        coverage.ogrn,
        coverage.period_code,
        coalesce(sum(events.participants_total), 0) as participations
    from {{ ref('stg_s3__coverage') }} as coverage
    left join {{ ref('fct_event') }} as events
        on
            coverage.submission_id = events.submission_id
            and events.activity_kind = 'trial'
    where coverage.row_code = 'trial'
    group by
        coverage.submission_id,
        coverage.row_no,
        coverage.ogrn,
        coverage.period_code
)

select
    'S3.CROSS.TRIALS' as rule_id,
    by_school.submission_id,
    'coverage' as section,
    by_school.row_no,
    null::text as field,
    by_school.participations::text as received,
    by_colleges.participations::text as expected
from by_school
inner join by_colleges
    on
        by_school.ogrn = by_colleges.ogrn
        and by_school.period_code = by_colleges.period_code
where by_school.participations < by_colleges.participations
