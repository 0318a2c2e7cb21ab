select
    submission_id,
    row_no,
    region_code,
    ogrn,
    period_code as school_year,
    championship,
    level,
    competence,
    category,
    participants,
    participants_ovz,
    participants_disabled,
    winners,
    spectators
from {{ touched(ref('stg_p6__championships')) }}
