select
    submission_id,
    row_no,
    region_code,
    ogrn,
    period_code as school_year,
    held_on,
    survey_kind,
    level,
    respondent_group,
    invited,
    respondents,
    satisfied,
    mean_score
from {{ touched(ref('stg_s10__surveys')) }}
