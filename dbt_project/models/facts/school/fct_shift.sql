select
    submission_id,
    row_no,
    region_code,
    ogrn,
    period_code as school_year,
    title,
    direction,
    starts_on,
    ends_on,
    days,
    children,
    children_ovz,
    children_disabled,
    has_contest_programme,
    has_employer
from {{ touched(ref('stg_s9__shifts')) }}
