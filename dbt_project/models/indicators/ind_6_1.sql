-- 6.1: graduates of grade 9 who know what they will do / graduates surveyed.
select
    '6.1' as indicator_code,
    schools.region_code,
    'school' as unit_type,
    schools.ogrn as unit_code,
    schools.school_year,
    (intentions.surveyed - intentions.undecided)::numeric as numerator,
    intentions.surveyed::numeric as denominator,
    case
        when schools.s5_missing_reason is not null then schools.s5_missing_reason
        when intentions.graduates = 0 then 'not_applicable'
        when intentions.surveyed < {{ var('min_response_share') }} * intentions.graduates then 'low_response'
    end as missing_reason
from {{ ref('int_school_year__inputs') }} as schools
left join {{ ref('fct_intention') }} as intentions
    on
        schools.ogrn = intentions.ogrn
        and schools.school_year = intentions.school_year
        and intentions.grade = 9
