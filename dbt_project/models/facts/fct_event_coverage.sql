with coverage as (
    select
        region_code,
        ogrn,
        period_code,
        {{ school_year('period_code') }} as school_year,
        row_code as activity_kind,
        unique_6_7,
        unique_8_9,
        unique_10_11,
        unique_total,
        unique_ovz,
        submission_id,
        row_no
    from {{ touched(ref('stg_s3__coverage')) }}
),

-- Coverage is cumulative since 1 September: the last accepted quarter holds the whole school year so far.
-- Quarters sort by their end: Q3 and Q4 of the first year come before Q1 and Q2 of the second.
last_quarters as (
    select
        ogrn,
        school_year,
        max(period_code) as period_code
    from coverage
    group by
        ogrn,
        school_year
)

select
    coverage.region_code,
    coverage.ogrn,
    coverage.period_code,
    coverage.school_year,
    coverage.activity_kind,
    coverage.unique_6_7,
    coverage.unique_8_9,
    coverage.unique_10_11,
    coverage.unique_total,
    coverage.unique_ovz,
    last_quarters.period_code is not null as is_latest_in_year,
    coverage.submission_id,
    coverage.row_no
from coverage
left join last_quarters
    on
        coverage.ogrn = last_quarters.ogrn
        and coverage.school_year = last_quarters.school_year
        and coverage.period_code = last_quarters.period_code
