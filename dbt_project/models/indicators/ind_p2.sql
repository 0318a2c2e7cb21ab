-- P2: pupils' participations in the college's trials over the accepted months / students.
with trials as (
    select
        ogrn,
        school_year,
        sum(participants) as participations
    from {{ ref('fct_trial') }}
    group by
        ogrn,
        school_year
)

select
    'P2' as indicator_code,
    colleges.region_code,
    'spo_college' as unit_type,
    colleges.ogrn as unit_code,
    colleges.school_year,
    coalesce(trials.participations, 0)::numeric as numerator,
    colleges.students::numeric as denominator,
    {{ first_missing_reason(['colleges.p1_missing_reason', 'colleges.p2_missing_reason']) }} as missing_reason
from {{ ref('int_college_year__inputs') }} as colleges
left join trials
    on
        colleges.ogrn = trials.ogrn
        and colleges.school_year = trials.school_year
