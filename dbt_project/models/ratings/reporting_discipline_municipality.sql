select
    region_code,
    municipality_code,
    form_code,
    period_code,
    school_year,
    sum(expected)::integer as expected,
    sum(submitted)::integer as submitted,
    sum(submitted_on_time)::integer as submitted_on_time,
    sum(accepted)::integer as accepted,
    sum(on_time)::integer as on_time,
    sum(accepted_late)::integer as accepted_late,
    sum(rejected)::integer as rejected,
    sum(not_submitted)::integer as not_submitted,
    sum(resubmissions)::integer as resubmissions,
    max(days_late) as max_days_late,
    coalesce(sum(days_late), 0)::integer as days_late,
    coalesce(sum(revisions_until_accepted), 0)::integer as revisions_until_accepted
from {{ ref('reporting_discipline') }}
group by
    region_code,
    municipality_code,
    form_code,
    period_code,
    school_year
