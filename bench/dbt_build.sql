-- Two school years of accepted reports of bench.schools schools of one region, drawn without chance.
insert into ledger.region
select 'tyumen', 'Тюменская область', 'Asia/Yekaterinburg'
where not exists (select from ledger.region where region_code = 'tyumen');

insert into ledger.registry_version values ('bench', 'tyumen', 'bench', '2024-08-01');

insert into ledger.organisation
select
    '19972' || lpad(n::text, 8, '0'), 'tyumen', 'school', '7200000000', 'Школа ' || n, 'Школа ' || n, code, code,
    n % 2 = 0, n % 3 <> 0, n::text, '2024-08-01', null, 'bench'
from generate_series(1, current_setting('bench.schools')::integer) as numbers (n)
cross join lateral (
    select (array['71701000', '71705000', '71710000', '71603000', '71605000', '71607000', '71610000', '71613000'])[1 + n % 8]
) as places (code);

create temporary table term on commit drop as
select 'S1' as form_code, y || '-' || (y + 1) as period_code, make_date(y, 10, 15) as due_on
from generate_series(2024, 2025) as years (y)
union all
select 'S5', y || '-' || (y + 1), make_date(y + 1, 5, 15)
from generate_series(2024, 2025) as years (y)
union all
select
    'S3', to_char(starts_on, 'YYYY') || '-Q' || to_char(starts_on, 'Q'), (starts_on + interval '3 months 9 days')::date
from generate_series(timestamp '2024-07-01', timestamp '2026-04-01', interval '3 months') as quarters (starts_on);

insert into ledger.obligation
select ogrn, form_code, period_code, 'tyumen', due_on - 30, due_on, due_on + 3, due_on + 45
from ledger.organisation
cross join term;

create temporary table sent on commit drop as
select
    md5(ogrn || form_code || period_code)::uuid as submission_id,
    md5(ogrn || form_code || period_code) as digest,
    ogrn, form_code, period_code,
    right(ogrn, 8)::integer as n,
    (due_on - 2 + time '12:00') at time zone 'Asia/Yekaterinburg' as received_at
from ledger.obligation;

insert into ledger.blob select digest, 1, received_at from sent;
insert into ledger.receipt
select submission_id, 'tyumen', 'folder', digest, digest || '.xlsx', ogrn, digest, received_at, received_at from sent;
insert into ledger.submission
select submission_id, submission_id, 'tyumen', ogrn, form_code, '1.0.0', period_code, digest, received_at, 'decided', 'bench'
from sent;
insert into ledger.decision
select submission_id, 'bench', 'accepted', 0, 0, received_at, true from sent;

insert into raw.s1__card (
    submission_id, row_no, ogrn, inn, organisation_name, period, oktmo, responsible_count, has_order,
    profminimum_level, profminimum_hours_plan, profminimum_hours_actual, vsoko_has_criteria, vsoko_has_indicators,
    vsoko_has_tools, site_section_url, site_section_updated_on, site_checklist_count
)
select
    submission_id, 0, ogrn, '7200000000', ogrn, period_code, '71701000', 1, n % 4 <> 0, 'basic', 40, 20 + n % 30,
    n % 2 = 0, n % 3 = 0, n % 5 = 0, 'https://school.example', make_date(left(period_code, 4)::integer, 6, 1), n % 11
from sent
where form_code = 'S1';

insert into raw.s1__by_grade (
    submission_id, row_no, row_code, students, students_ovz, disabled_within_ovz, disabled_outside_ovz, gifted,
    low_motivation, profminimum_students
)
select submission_id, grade - 2, grade::text, 20 + n % 60, n % 5, 1, 1, 3, 2, 15 + n % 60
from sent
cross join generate_series(6, 11) as grades (grade)
where form_code = 'S1';

insert into raw.s3__events (
    submission_id, row_no, event_date, measure_code, title, activity_kind, level, format, has_employer,
    participants_grade_6, participants_grade_7, participants_grade_8, participants_grade_9, participants_grade_10,
    participants_grade_11, participants_total, participants_ovz, participants_disabled, winners
)
select
    submission_id, 3 + e, received_at::date - e, 'Т3.2.17', 'Событие ' || e,
    (array['trial', 'excursion', 'open_lesson', 'diagnostics', 'contest'])[1 + (n + e) % 5], 'school', 'in_person',
    (n + e) % 3 = 0, 1, 2, 3, 4, 5, 6, 21, 1, 0, 0
from sent
cross join generate_series(1, 12) as events (e)
where form_code = 'S3';

insert into raw.s3__coverage (submission_id, row_no, row_code, unique_6_7, unique_8_9, unique_10_11, unique_total, unique_ovz)
select submission_id, 3 + k, (array['diagnostics', 'open_lesson', 'trial', 'contest'])[k], 10, 12 + n % 10, 5, 27 + n % 10, 1
from sent
cross join generate_series(1, 4) as kinds (k)
where form_code = 'S3';

insert into raw.s5__by_grade (
    submission_id, row_no, row_code, graduates, surveyed, to_grade_10, to_spo, to_university, to_work, to_army,
    undecided, to_other_region
)
select submission_id, 4 + k, (array['9', '11'])[1 + k], 20 + n % 60, 18 + n % 60, 5, 6, 2, 1, 1, n % 4, 1
from sent
cross join generate_series(0, 1) as grades (k)
where form_code = 'S5';
