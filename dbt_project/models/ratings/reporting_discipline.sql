-- The figures are those of fct_obligation, as numbers that add up over forms, periods and organisations.
with placed as (
    select
        organisations.ogrn,
        years.period_code as school_year,
        organisations.municipality_code
    from {{ ref('dim_organisation') }} as organisations
    inner join {{ ref('dim_period') }} as years
        on {{ organisation_in_force('organisations', 'years.ends_on') }}
    where years.period_type = 'school_year'
)

select
    obligations.region_code,
    obligations.ogrn,
    obligations.form_code,
    obligations.period_code,
    obligations.school_year,
    placed.municipality_code,
    obligations.due_on,
    1 as expected,
    (obligations.revisions > 0)::integer as submitted,
    coalesce(obligations.first_received_on <= obligations.due_on, false)::integer as submitted_on_time,
    (obligations.counting_submission_id is not null)::integer as accepted,
    obligations.is_on_time::integer as on_time,
    (obligations.status = 'accepted_late')::integer as accepted_late,
    (obligations.status = 'rejected')::integer as rejected,
    (obligations.status = 'not_submitted')::integer as not_submitted,
    greatest(obligations.revisions - 1, 0) as resubmissions,
    obligations.days_late,
    obligations.revisions_until_accepted
from {{ ref('fct_obligation') }} as obligations
inner join placed
    on
        obligations.ogrn = placed.ogrn
        and obligations.school_year = placed.school_year
where obligations.is_due
