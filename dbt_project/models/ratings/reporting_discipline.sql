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
    obligations.school_year,
    placed.municipality_code,
    count(*)::integer as expected,
    (count(*) filter (where obligations.revisions > 0))::integer as submitted,
    (count(*) filter (where obligations.first_received_on <= obligations.due_on))::integer as submitted_on_time,
    (count(*) filter (where obligations.counting_submission_id is not null))::integer as accepted,
    (count(*) filter (where obligations.is_on_time))::integer as on_time,
    (count(*) filter (where obligations.status = 'accepted_late'))::integer as accepted_late,
    (count(*) filter (where obligations.status = 'rejected'))::integer as rejected,
    (count(*) filter (where obligations.status = 'not_submitted'))::integer as not_submitted,
    sum(greatest(obligations.revisions - 1, 0))::integer as resubmissions,
    max(obligations.days_late) as max_days_late,
    coalesce(sum(obligations.days_late), 0)::integer as days_late,
    coalesce(sum(obligations.revisions_until_accepted), 0)::integer as revisions_until_accepted
from {{ ref('fct_obligation') }} as obligations
inner join placed
    on
        obligations.ogrn = placed.ogrn
        and obligations.school_year = placed.school_year
where obligations.is_due
group by
    obligations.region_code,
    obligations.ogrn,
    obligations.form_code,
    obligations.school_year,
    placed.municipality_code
