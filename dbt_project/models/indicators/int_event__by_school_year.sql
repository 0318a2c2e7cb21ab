{{ config(materialized='table') }}

-- Events of all accepted quarters of a school year.
select
    ogrn,
    school_year,
    count(*) as events,
    count(*) filter (where has_employer) as events_with_employer,
    coalesce(sum(participants_total) filter (where activity_kind = 'trial'), 0) as trial_participations
from {{ ref('fct_event') }}
group by
    ogrn,
    school_year
