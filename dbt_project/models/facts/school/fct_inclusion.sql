select
    grades.region_code,
    grades.ogrn,
    grades.period_code as school_year,
    grades.row_code::integer as grade,
    grades.students_ovz,
    grades.disabled_outside_ovz,
    grades.included_ovz,
    grades.included_disabled,
    grades.trial_ovz,
    grades.trial_disabled,
    personal_plans.with_plan,
    personal_plans.plan_carried_out,
    personal_plans.entered_by_plan,
    grades.submission_id,
    grades.row_no
from {{ touched(ref('stg_s7__by_grade')) }} as grades
left join {{ touched(ref('stg_s7__plans')) }} as personal_plans
    on
        grades.submission_id = personal_plans.submission_id
        and grades.row_code = personal_plans.row_code
where grades.row_code <> 'total'
