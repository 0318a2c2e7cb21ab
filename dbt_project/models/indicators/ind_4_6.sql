-- 4.6: children in career-guidance shifts, at most those in camps / children in the school's camps.
-- The form asks of each shift apart: a child who was in two of them is counted twice.
with shifts as (
    select
        submission_id,
        sum(children) as children
    from {{ ref('fct_shift') }}
    group by submission_id
)

select
    '4.6' as indicator_code,
    schools.region_code,
    'school' as unit_type,
    schools.ogrn as unit_code,
    schools.school_year,
    least(coalesce(shifts.children, 0), camps.camp_children)::numeric as numerator,
    camps.camp_children::numeric as denominator,
    schools.s9_missing_reason as missing_reason
from {{ ref('int_school_year__inputs') }} as schools
left join {{ ref('fct_school_year') }} as camps
    on
        schools.ogrn = camps.ogrn
        and schools.school_year = camps.school_year
left join shifts
    on schools.s9_submission_id = shifts.submission_id
