-- P4: graduates employed in the profession they obtained / graduates employed.
-- The last accepted half-year tells most of the year after graduation; row 01 of the form counts all graduates.
with outcomes as (
    select
        submission_id,
        sum(employed_in_profession) as in_profession,
        sum(employed_in_profession + employed_other + self_employed) as employed
    from {{ ref('fct_graduate_outcome') }}
    where form_row = '01'
    group by submission_id
)

select
    'P4' as indicator_code,
    colleges.region_code,
    'spo_college' as unit_type,
    colleges.ogrn as unit_code,
    colleges.school_year,
    outcomes.in_profession::numeric as numerator,
    outcomes.employed::numeric as denominator,
    colleges.p4_missing_reason as missing_reason
from {{ ref('int_college_year__inputs') }} as colleges
left join outcomes
    on colleges.p4_submission_id = outcomes.submission_id
