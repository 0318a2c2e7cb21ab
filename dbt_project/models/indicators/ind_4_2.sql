-- 4.2: participations in trials since 1 September / pupils with at least one, both up to the last accepted quarter.
-- Pupils are counted cumulatively, participations by quarter: where one is missing they are not of the same time.
select
    '4.2' as indicator_code,
    schools.region_code,
    'school' as unit_type,
    schools.ogrn as unit_code,
    schools.school_year,
    coalesce(events.trial_participations, 0)::numeric as numerator,
    coverage.unique_total::numeric as denominator,
    coalesce(schools.s3_missing_reason, schools.s3_gap_reason) as missing_reason
from {{ ref('int_school_year__inputs') }} as schools
left join {{ ref('fct_event_coverage') }} as coverage
    on
        schools.ogrn = coverage.ogrn
        and schools.school_year = coverage.school_year
        and coverage.is_latest_in_year
        and coverage.activity_kind = 'trial'
left join {{ ref('int_event__by_school_year') }} as events
    on
        schools.ogrn = events.ogrn
        and schools.school_year = events.school_year
