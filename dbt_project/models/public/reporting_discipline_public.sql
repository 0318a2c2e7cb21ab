-- Reports of organisations are counted, not people: nothing is withheld.
select
    obligations.region_code,
    organisations.municipality_code,
    municipalities.municipality_name,
    obligations.form_code,
    obligations.period_code,
    min(obligations.due_on) as due_on,
    count(*)::integer as expected,
    (count(*) filter (where obligations.revisions > 0))::integer as submitted,
    (count(*) filter (where obligations.counting_submission_id is not null))::integer as accepted,
    (count(*) filter (where obligations.is_on_time))::integer as accepted_on_time,
    (count(*) filter (where obligations.status = 'rejected'))::integer as rejected
from {{ ref('fct_obligation') }} as obligations
inner join {{ ref('dim_organisation') }} as organisations
    on
        obligations.ogrn = organisations.ogrn
        and organisations.is_current
inner join {{ ref('dim_municipality') }} as municipalities
    on
        organisations.municipality_code = municipalities.municipality_code
        and municipalities.is_current
where obligations.is_due
group by
    obligations.region_code,
    organisations.municipality_code,
    municipalities.municipality_name,
    obligations.form_code,
    obligations.period_code
