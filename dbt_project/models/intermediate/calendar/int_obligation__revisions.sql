-- What was received for each organisation, form and period by the moment of the build, and before the period
-- was closed.
select
    region_code,
    ogrn,
    form_code,
    period_code,
    count(*) as revisions,
    min(received_at) as first_received_at,
    min(received_on) as first_received_on,
    min(received_at) filter (where is_accepted) as first_accepted_at,
    min(received_on) filter (where is_accepted) as first_accepted_on,
    min(revision) filter (where is_accepted) as revisions_until_accepted,
    coalesce(bool_or(outcome = 'rejected'), false) as has_rejected
from {{ ref('int_submission__as_of') }}
where revision is not null and not is_after_closing
group by
    region_code,
    ogrn,
    form_code,
    period_code
