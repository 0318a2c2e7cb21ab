-- Ledger and personal-data schemas, first version. Applied by Alembic revision 0001.
create schema if not exists ledger;
create schema if not exists raw;
create schema if not exists pii;

create table ledger.region (
    region_code text primary key,
    name_ru text not null,
    timezone text not null
);

create table ledger.registry_version (
    registry_sha256 text primary key,
    region_code text not null references ledger.region,
    source_uri text not null,
    loaded_at timestamptz not null
);

-- One row per organisation of the registry, in its newest version. Registry files are kept whole in landing.
create table ledger.organisation (
    ogrn text primary key,
    region_code text not null references ledger.region,
    kind text not null check (kind in ('school', 'employment_center', 'spo_college', 'municipal_authority')),
    inn text not null,
    name_full text not null,
    name_short text not null,
    oktmo text not null,
    territory_oktmo text not null,
    is_urban boolean not null,
    has_grade_10_11 boolean not null,
    folder text not null,
    valid_from date not null,
    valid_to date,
    registry_sha256 text not null references ledger.registry_version
);

-- What is due: registry x cyclogram. One row per organisation, form and period. Silence is a row.
create table ledger.obligation (
    ogrn text not null references ledger.organisation,
    form_code text not null,
    period_code text not null,
    region_code text not null references ledger.region,
    opens_on date not null,
    due_on date not null,
    grace_until date not null,
    closes_on date not null,
    primary key (ogrn, form_code, period_code)
);

-- One row per distinct content. The bytes lie in the landing store under the same key.
create table ledger.blob (
    sha256 text primary key,
    size_bytes bigint not null,
    stored_at timestamptz not null
);

-- One row per arrival of a file: the same content may arrive more than once.
create table ledger.receipt (
    receipt_id uuid primary key,
    region_code text not null references ledger.region,
    channel text not null,
    source_uri text not null,
    file_name text not null,
    sender_ogrn text references ledger.organisation,
    sha256 text not null references ledger.blob,
    received_at timestamptz not null,
    pulled_at timestamptz not null,
    unique (channel, source_uri, sha256, received_at)
);

create index receipt_sha256 on ledger.receipt (sha256);

-- What each channel held when it was last looked at: an unchanged file is not even opened.
-- receipt_id is the latest receipt of this address; a touched file keeps it and gets a new modified_at.
create table ledger.source_file (
    channel text not null,
    source_uri text not null,
    size_bytes bigint not null,
    modified_at timestamptz not null,
    sha256 text not null references ledger.blob,
    receipt_id uuid not null references ledger.receipt,
    primary key (channel, source_uri)
);

-- One row per receipt that is, or tries to be, a filled form.
-- ogrn, form_code and period_code are null only where the file could not be identified.
create table ledger.submission (
    submission_id uuid primary key,
    receipt_id uuid not null unique references ledger.receipt,
    region_code text not null references ledger.region,
    ogrn text references ledger.organisation,
    form_code text,
    form_version text,
    period_code text,
    sha256 text not null references ledger.blob,
    received_at timestamptz not null,
    state text not null check (state in ('received', 'read', 'validated', 'decided')),
    reader_version text,
    row_count integer,
    cell_count integer
);
create index submission_key on ledger.submission (region_code, ogrn, form_code, period_code, received_at);
create index submission_state on ledger.submission (state) where state <> 'decided';
create index submission_sha256 on ledger.submission (sha256);

-- Where each section of a submission was read from: field -> column letter (table, matrix) or cell (card).
create table ledger.cell_map (
    submission_id uuid not null references ledger.submission,
    section text not null,
    layout text not null check (layout in ('card', 'matrix', 'table')),
    sheet text,
    first_row integer,
    fields jsonb not null,
    primary key (submission_id, section)
);

-- Decisions are kept: a newer rule set adds a row, it never overwrites one.
create table ledger.decision (
    submission_id uuid not null references ledger.submission,
    ruleset_version text not null,
    outcome text not null check (outcome in ('unreadable', 'rejected', 'accepted', 'accepted_with_warnings')),
    critical_count integer not null,
    warning_count integer not null,
    decided_at timestamptz not null,
    is_current boolean not null,
    primary key (submission_id, ruleset_version)
);
create unique index decision_current on ledger.decision (submission_id) where is_current;

create table ledger.finding (
    finding_id uuid primary key,
    submission_id uuid not null references ledger.submission,
    ruleset_version text not null,
    source text not null check (source in ('reader', 'gx', 'dbt')),
    rule_id text not null,
    severity text not null check (severity in ('critical', 'warning')),
    category text not null check (category in ('structure', 'value', 'arithmetic', 'consistency', 'plausibility')),
    section text,
    sheet text,
    cell text,
    row_no integer,
    field text,
    received text,
    expected text,
    message text not null,
    hint text not null
);
create index finding_submission on ledger.finding (submission_id, ruleset_version);

-- One row per call of the validation: result files and counts.
create table ledger.validation_run (
    run_id uuid primary key,
    form_code text not null,
    ruleset_version text not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    submission_count integer not null,
    row_count bigint not null,
    result_path text
);

-- What the marts were built from: a build whose fingerprint is already here needs no second one.
create table ledger.build (
    build_id uuid primary key,
    fingerprint text not null,
    as_of timestamptz not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    outcome text check (outcome in ('success', 'failed'))
);

-- What left the house: documents, extracts, portal.
create table ledger.release (
    release_id text primary key,
    kind text not null check (kind in ('annual_reference', 'extract', 'quality_portal', 'feedback')),
    region_code text,
    period_code text,
    as_of timestamptz not null,
    fingerprint text not null,
    path text not null,
    created_at timestamptz not null
);
create table ledger.release_file (
    release_id text not null references ledger.release,
    file_name text not null,
    sha256 text not null,
    size_bytes bigint not null,
    primary key (release_id, file_name)
);

-- Append-only, hash-chained log of everything that happened to a receipt or a submission.
create table ledger.event (
    event_no bigint primary key,
    at timestamptz not null,
    kind text not null,
    subject text not null,
    payload jsonb not null,
    prev_hash text not null,
    hash text not null
);

-- hash = sha256 of prev_hash, event_no, UTC time, kind, subject and payload text, joined by newlines.
create function ledger.event_chain() returns trigger language plpgsql as $$
declare
    last record;
begin
    perform pg_advisory_xact_lock(hashtext('ledger.event'));
    select e.event_no, e.hash into last from ledger.event as e order by e.event_no desc limit 1;
    new.event_no := coalesce(last.event_no, 0) + 1;
    new.prev_hash := coalesce(last.hash, repeat('0', 64));
    new.hash := encode(sha256(convert_to(
        new.prev_hash || E'\n' || new.event_no || E'\n'
        || to_char(new.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || E'\n'
        || new.kind || E'\n' || new.subject || E'\n' || new.payload::text, 'UTF8')), 'hex');
    return new;
end $$;
create trigger event_chain before insert on ledger.event for each row execute function ledger.event_chain();

create function ledger.event_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'ledger.event is append-only: % is refused', tg_op;
end $$;
create trigger event_no_change before update or delete on ledger.event
    for each row execute function ledger.event_is_append_only();
create trigger event_no_truncate before truncate on ledger.event
    for each statement execute function ledger.event_is_append_only();

-- Revisions are numbered by the moment of receipt, so the order of pulling does not matter.
create view ledger.submission_revision as
select
    s.submission_id,
    s.receipt_id,
    s.region_code,
    s.ogrn,
    s.form_code,
    s.form_version,
    s.period_code,
    row_number() over (
        partition by s.region_code, s.ogrn, s.form_code, s.period_code
        order by s.received_at, s.sha256, s.submission_id
    )::integer as revision,
    s.sha256,
    s.received_at,
    s.state,
    d.outcome,
    d.ruleset_version,
    d.critical_count,
    d.warning_count,
    d.decided_at
from ledger.submission as s
left join ledger.decision as d on d.submission_id = s.submission_id and d.is_current
where s.ogrn is not null and s.form_code is not null and s.period_code is not null;

create table pii.responsible_specialist (
    submission_id uuid primary key,
    ogrn text not null,
    full_name text,
    phone text
);
