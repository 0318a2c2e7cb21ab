-- P5: entrants who had been at the college's events / students admitted.
with admissions as (
    select
        submission_id,
        sum(admitted_total) as admitted
    from {{ ref('fct_admission') }}
    group by submission_id
)

select
    'P5' as indicator_code,
    colleges.region_code,
    'spo_college' as unit_type,
    colleges.ogrn as unit_code,
    colleges.school_year,
    years.entrants_attended_events::numeric as numerator,
    admissions.admitted::numeric as denominator,
    colleges.p3_missing_reason as missing_reason
from {{ ref('int_college_year__inputs') }} as colleges
left join admissions
    on colleges.p3_submission_id = admissions.submission_id
left join {{ ref('fct_college_year') }} as years
    on
        colleges.ogrn = years.ogrn
        and colleges.school_year = years.school_year
