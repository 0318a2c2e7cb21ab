{{ config(indexes=[{'columns': ['ogrn', 'school_year']}]) }}

select
    submission_id,
    row_no,
    region_code,
    ogrn,
    period_code,
    {{ school_year('period_code') }} as school_year,
    event_date,
    measure_code,
    title,
    activity_kind,
    level,
    holding_format as format,
    has_employer,
    participants_grade_6,
    participants_grade_7,
    participants_grade_8,
    participants_grade_9,
    participants_grade_10,
    participants_grade_11,
    participants_total,
    participants_ovz,
    participants_disabled,
    winners,
    teachers
from {{ touched(ref('stg_s3__events')) }}
