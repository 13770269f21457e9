-- Why: the first schema. Runs live in narrow tables by stage (inbox, run, run_history), so that the hot one stays small.
-- All names are unqualified: the migrator sets search_path to the schema of the store.

-- The fixed shards of all queues. Whoever raises the epoch owns the partition; every write of an owner checks it.
create table if not exists partition (
    id smallint primary key,
    epoch bigint not null default 0,
    owner text,
    lease_until timestamptz
) with (fillfactor = 50, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);

insert into partition (id)
select generate_series(0, 31)
on conflict do nothing;

-- Registered jobs, narrow, because every due instant and every run rewrites the row.
create table if not exists job (
    tenant text collate "C" not null,
    name text collate "C" not null,
    version bigint not null,
    active boolean not null,
    cursor timestamptz not null,
    next_due timestamptz,
    wake_at timestamptz,
    last_due_at timestamptz,
    last_verdict smallint,
    last_ended_at timestamptz,
    last_run_id uuid,
    last_run_state smallint,
    last_run_started_at timestamptz,
    last_run_ended_at timestamptz,
    consecutive_failures integer not null default 0,
    counts bigint[] not null default '{}',
    created_at timestamptz not null,
    updated_at timestamptz not null,
    source text collate "C" not null,
    deployment_version text not null,
    pause text,
    reboot_mark text,
    tags text[],
    primary key (tenant, name)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.1);

-- What was registered, which rarely changes.
create table if not exists job_definition (
    tenant text collate "C" not null,
    name text collate "C" not null,
    definition text not null,
    primary key (tenant, name),
    foreign key (tenant, name) references job on delete cascade
);

-- In the order in which due jobs are read: when thousands share an instant, a page is a range and nothing is sorted.
create index if not exists job_alarm on job (least(next_due, wake_at), tenant, name) where active;

-- The ledger: one row a due instant, or one a range of them. Written once.
create table if not exists occurrence (
    due_at timestamptz not null,
    decided_at timestamptz not null,
    until timestamptz,
    run_id uuid,
    count bigint not null default 1,
    verdict smallint not null,
    tenant text collate "C" not null,
    job text collate "C" not null,
    primary key (tenant, job, due_at)
) with (autovacuum_vacuum_insert_scale_factor = 0.5);

create index if not exists occurrence_due on occurrence using brin (due_at);

-- Runs of everybody who does not own their partition: plans, silos.enqueue, clients. The owner adopts them.
create table if not exists inbox (
    id uuid primary key,
    due_at timestamptz not null,
    enqueued_at timestamptz not null,
    occurrence_at timestamptz,
    partition smallint not null,
    priority integer not null,
    max_attempts integer not null,
    tenant text collate "C" not null,
    queue text collate "C" not null,
    handler text collate "C" not null,
    job text collate "C",
    payload text,
    options text,
    tags text[],
    requested_by text,
    cancel text
) with (autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 0);

create index if not exists inbox_job on inbox (tenant, job) where job is not null;

-- Runs that have not ended. Running ones are those that an open claim names with a token above the closed one.
create table if not exists run (
    id uuid primary key,
    due_at timestamptz not null,
    enqueued_at timestamptz not null,
    occurrence_at timestamptz,
    token bigint not null default 0,
    partition smallint not null,
    state smallint not null check (state in (0, 1)),
    priority integer not null,
    attempts integer not null default 0,
    losses integer not null default 0,
    max_attempts integer not null,
    tenant text collate "C" not null,
    queue text collate "C" not null,
    handler text collate "C" not null,
    job text collate "C",
    payload text,
    options text,
    tags text[],
    requested_by text,
    cancel text
) with (
    fillfactor = 95,
    autovacuum_vacuum_threshold = 20000,
    autovacuum_vacuum_scale_factor = 0.05,
    autovacuum_vacuum_cost_delay = 0
);

-- A number for each queue, that of its partition in front, so that the index below compares numbers instead of names.
-- Two queues may share one; whoever reads by it also compares the names.
create or replace function lane_of(partition smallint, tenant text, queue text) returns bigint
language sql immutable parallel safe as $$
    select (partition::bigint << 56) | (hashtextextended(tenant || '/' || queue, 0) & 72057594037927935)
$$;

-- ~priority sorts higher priorities first and all columns ascending, so that one row comparison finds what comes next.
create index if not exists run_ready on run (lane_of(partition, tenant, queue), (~priority), due_at, id) where state = 1;
create index if not exists run_scheduled on run (partition, due_at) where state = 0;
create index if not exists run_job on run (tenant, job) where job is not null;
create index if not exists run_cancel on run (partition) where cancel is not null;

-- Attempts under way: one row a batch that a worker began together.
create table if not exists claim (
    id uuid primary key,
    started_at timestamptz not null,
    partition smallint not null,
    worker text not null,
    run_ids uuid[] not null,
    tokens bigint[] not null,
    check (cardinality(run_ids) = cardinality(tokens))
) with (autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 0);

-- Random ids do not compress; do not try.
alter table claim alter column run_ids set storage external;
alter table claim alter column tokens set storage external;

-- Runs that have ended.
create table if not exists run_history (
    id uuid primary key,
    due_at timestamptz not null,
    enqueued_at timestamptz not null,
    occurrence_at timestamptz,
    started_at timestamptz,
    ended_at timestamptz not null,
    token bigint not null,
    partition smallint not null,
    state smallint not null check (state between 3 and 7),
    priority integer not null,
    attempts integer not null,
    losses integer not null,
    max_attempts integer not null,
    item_errors integer not null,
    tenant text collate "C" not null,
    queue text collate "C" not null,
    handler text collate "C" not null,
    job text collate "C",
    worker text,
    outcome text,
    payload text,
    options text,
    tags text[],
    requested_by text,
    cancel text,
    result text,
    error_type text,
    error_message text,
    error_stack text
) with (autovacuum_vacuum_insert_scale_factor = 0.5);

create index if not exists run_history_job on run_history (tenant, job, id) where job is not null;
create index if not exists run_history_failure on run_history (tenant, id) where state in (4, 5);
create index if not exists run_history_ended on run_history (ended_at);

-- Attempts that ended without ending their run. The final one is in run_history.
create table if not exists attempt (
    run_id uuid not null,
    token bigint not null,
    started_at timestamptz not null,
    ended_at timestamptz not null,
    worker text not null,
    outcome text not null,
    error_type text,
    error_message text,
    error_stack text,
    primary key (run_id, token)
);

-- What attempts write while they run.
create table if not exists step (
    run_id uuid not null,
    name text not null,
    position bigint generated always as identity,
    processed_at timestamptz not null,
    retry_count integer not null,
    status text not null,
    result text,
    error text,
    primary key (run_id, name)
);

create table if not exists log_line (
    run_id uuid not null,
    sequence bigint not null,
    at timestamptz not null,
    attempt integer not null,
    level text not null,
    text text not null,
    primary key (run_id, sequence)
);

create table if not exists progress (
    run_id uuid primary key,
    percent integer,
    message text
) with (fillfactor = 70);

-- Idempotency keys: one run a key until it is free again.
create table if not exists run_key (
    tenant text collate "C" not null,
    key text collate "C" not null,
    run_id uuid not null,
    until timestamptz not null,
    primary key (tenant, key)
);

create index if not exists run_key_until on run_key (until);

-- Small settings: queue settings, pauses.
create table if not exists setting (
    kind text collate "C" not null,
    key text collate "C" not null,
    version bigint not null,
    value text not null,
    primary key (kind, key)
);
