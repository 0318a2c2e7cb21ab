select
    region_code,
    ogrn,
    form_code,
    school_year,
    count(*)::integer as expected,
    (count(*) filter (where revisions > 0))::integer as submitted,
    (count(*) filter (where first_received_on <= due_on))::integer as submitted_on_time,
    (count(*) filter (where counting_submission_id is not null))::integer as accepted,
    (count(*) filter (where is_on_time))::integer as on_time,
    (count(*) filter (where status = 'accepted_late'))::integer as accepted_late,
    (count(*) filter (where status = 'rejected'))::integer as rejected,
    (count(*) filter (where status = 'not_submitted'))::integer as not_submitted,
    sum(greatest(revisions - 1, 0))::integer as resubmissions,
    max(days_late) as max_days_late
from {{ ref('fct_obligation') }}
where is_due
group by
    region_code,
    ogrn,
    form_code,
    school_year
