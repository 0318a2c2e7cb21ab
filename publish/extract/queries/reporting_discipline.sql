select
    m.municipality_code,
    m.municipality_name,
    f.form_code,
    f.period_code,
    count(*)::integer as expected,
    (count(*) filter (where f.revisions > 0))::integer as submitted,
    (count(*) filter (where f.counting_submission_id is not null))::integer as accepted,
    (count(*) filter (where f.is_on_time))::integer as accepted_on_time,
    (count(*) filter (where f.status = 'rejected'))::integer as rejected
from marts.fct_obligation as f
inner join marts.dim_organisation as o on o.ogrn = f.ogrn and o.is_current
inner join marts.dim_municipality as m on m.municipality_code = o.municipality_code and m.is_current
where
    f.region_code = %(region)s
    and f.is_due
    and f.due_on between %(starts_on)s and %(ends_on)s
group by m.municipality_code, m.municipality_name, f.form_code, f.period_code
order by m.municipality_code, f.form_code, f.period_code
