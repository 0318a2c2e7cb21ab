select
    region_code,
    ogrn,
    period_code,
    {{ school_year('period_code') }} as school_year,
    'S8' as form_code,
    row_code as channel,
    publication_count,
    view_count,
    submission_id,
    row_no
from {{ touched(ref('stg_s8__publications')) }}
union all
select
    region_code,
    ogrn,
    period_code,
    {{ school_year('period_code') }} as school_year,
    'C9' as form_code,
    row_code as channel,
    publications as publication_count,
    views as view_count,
    submission_id,
    row_no
from {{ touched(ref('stg_c9__channels')) }}
