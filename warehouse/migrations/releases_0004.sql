-- Releases, their approval and delivery, closings of periods. Applied by Alembic revision 0004.

-- What the marts of a release followed from and the ledger keeps no history of (registry, obligations,
-- decisions in force, closings), as one gzip. Releases of the same state share a row.
create table ledger.snapshot (
    sha256 text primary key,
    content bytea not null,
    taken_at timestamptz not null
);
alter table ledger.snapshot alter column content set storage external;

-- A draft is recorded like a release; what it becomes when it is approved are final_files, byte by byte.
-- Columns of versions are null for what was released before they were kept.
alter table ledger.release
    -- in the order of making: under a fixed clock moments are equal
    add column created_no bigint generated always as identity,
    add column stage text not null default 'released' check (stage in ('draft', 'released')),
    add column approves text references ledger.release,
    add column final_files jsonb,
    add column methodology_version text,
    add column ruleset_version text,
    add column contracts_version text,
    add column code_version text,
    add column build_fingerprint text,
    add column snapshot_sha256 text references ledger.snapshot;

-- Who decided on a draft, when, and in which words. Only the approving role may add a row; nobody changes one.
create table ledger.release_decision (
    decision_no bigint generated always as identity primary key,
    release_id text not null references ledger.release,
    decision text not null check (decision in ('approved', 'returned')),
    approver text not null,
    approver_name text not null,
    via text not null check (via in ('airflow', 'command_line')),
    comment text not null default '',
    decided_at timestamptz not null,
    check (decision = 'approved' or comment <> '')
);
create unique index release_decision_approved on ledger.release_decision (release_id)
    where decision = 'approved';

create function ledger.decision_is_on_a_draft() returns trigger language plpgsql as $$
begin
    if not exists (
        select 1 from ledger.release as r where r.release_id = new.release_id and r.stage = 'draft'
    ) then
        raise exception 'ledger.release_decision: % is not a draft', new.release_id;
    end if;
    if exists (
        select 1 from ledger.release_decision as d
        where d.release_id = new.release_id and d.decision = 'approved'
    ) then
        raise exception 'ledger.release_decision: % is approved already', new.release_id;
    end if;
    return new;
end $$;
create trigger decision_is_on_a_draft before insert on ledger.release_decision
    for each row execute function ledger.decision_is_on_a_draft();

-- An annual reference is released only from an approved draft, whoever writes the row.
create function ledger.reference_is_approved() returns trigger language plpgsql as $$
begin
    if new.kind = 'annual_reference' and new.stage = 'released' and not exists (
        select 1
        from ledger.release_decision as d
        inner join ledger.release as draft on draft.release_id = d.release_id
        where d.release_id = new.approves and d.decision = 'approved' and draft.fingerprint = new.fingerprint
    ) then
        raise exception 'ledger.release: % was not approved', new.release_id;
    end if;
    return new;
end $$;
create trigger reference_is_approved before insert or update on ledger.release
    for each row execute function ledger.reference_is_approved();

-- Where a release was delivered to. Delivering again writes nothing.
create table ledger.delivery (
    release_id text not null references ledger.release,
    destination text not null,
    place text not null,
    delivered_at timestamptz not null,
    primary key (release_id, destination)
);

-- A closed period: what was received after counts_until waits for the next release. Closing again moves the
-- moment on, and with it the next edition takes in what waited.
create table ledger.period_closing (
    closing_id bigint generated always as identity primary key,
    region_code text not null references ledger.region,
    scope_code text not null,
    counts_until timestamptz not null,
    recorded_at timestamptz not null,
    closed_by text not null,
    comment text not null default '',
    check (counts_until <= recorded_at)
);
-- Every reporting period that a closing covers: a school year covers its quarters and months.
create table ledger.closed_period (
    closing_id bigint not null references ledger.period_closing,
    period_code text not null,
    primary key (closing_id, period_code)
);
create index closed_period_code on ledger.closed_period (period_code);

-- What is received while an exception lasts counts in spite of the closing. Null means any.
create table ledger.period_exception (
    exception_id bigint generated always as identity primary key,
    region_code text not null references ledger.region,
    scope_code text not null,
    form_code text,
    ogrn text references ledger.organisation,
    name text not null check (name <> ''),
    granted_by text not null,
    granted_at timestamptz not null,
    expires_at timestamptz not null,
    check (expires_at > granted_at)
);
create table ledger.excepted_period (
    exception_id bigint not null references ledger.period_exception,
    period_code text not null,
    primary key (exception_id, period_code)
);

-- Submissions that came after their period was closed, as of a moment: they count in the next release.
create function ledger.after_closing(as_of timestamptz)
returns table (submission_id uuid, counts_until timestamptz) language sql stable as $$
    select s.submission_id, closing.counts_until
    from (
        select distinct on (c.region_code, p.period_code) c.region_code, p.period_code, c.counts_until
        from ledger.period_closing as c
        inner join ledger.closed_period as p on p.closing_id = c.closing_id
        where c.recorded_at <= as_of
        order by c.region_code, p.period_code, c.recorded_at desc, c.closing_id desc
    ) as closing
    inner join ledger.submission as s
        on s.region_code = closing.region_code
        and s.period_code = closing.period_code
        and s.received_at > closing.counts_until
    where s.received_at <= as_of
        and not exists (
            select 1
            from ledger.period_exception as e
            inner join ledger.excepted_period as p on p.exception_id = e.exception_id
            where e.region_code = s.region_code
                and p.period_code = s.period_code
                and (e.form_code is null or e.form_code = s.form_code)
                and (e.ogrn is null or e.ogrn = s.ogrn)
                and e.granted_at <= as_of
                and s.received_at between e.granted_at and e.expires_at
        )
$$;
