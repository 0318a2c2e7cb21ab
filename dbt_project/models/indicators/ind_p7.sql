-- P7: first-year students satisfied with their choice / first-year students surveyed.
select
    'P7' as indicator_code,
    colleges.region_code,
    'spo_college' as unit_type,
    colleges.ogrn as unit_code,
    colleges.school_year,
    years.first_year_satisfied::numeric as numerator,
    years.first_year_surveyed::numeric as denominator,
    colleges.p1_missing_reason as missing_reason
from {{ ref('int_college_year__inputs') }} as colleges
left join {{ ref('fct_college_year') }} as years
    on
        colleges.ogrn = years.ogrn
        and colleges.school_year = years.school_year
