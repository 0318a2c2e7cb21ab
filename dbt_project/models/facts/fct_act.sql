select
    submission_id,
    row_no,
    region_code,
    ogrn,
    period_code,
    {{ school_year('period_code') }} as school_year,
    'S13' as form_code,
    act_kind,
    act_no as act_number,
    adopted_on,
    title as act_title,
    measure_code,
    act_url
from {{ touched(ref('stg_s13__acts')) }}
union all
select
    submission_id,
    row_no,
    region_code,
    ogrn,
    period_code,
    {{ school_year('period_code') }} as school_year,
    'M1' as form_code,
    act_kind,
    act_number,
    act_date as adopted_on,
    act_title,
    null::text as measure_code,
    act_url
from {{ touched(ref('stg_m1__acts')) }}
