-- What the migrations add up to. Written by SchemaTests, not by hand.

CREATE TABLE api_key (
    id           text    not null primary key check (length(id) = 12),
    kind         text    not null check (kind in ('key', 'session')),
    name         text    not null,
    scope        text    not null, -- '*', or tenants with a slash between them
    role         text    not null check (role in ('viewer', 'operator', 'admin')),
    hash         text    not null check (length(hash) = 64), -- SHA-256 of the secret, which is nowhere
    created_at   integer not null,
    created_by   text    not null,
    expires_at   integer,
    last_used_at integer,
    revoked_at   integer,
    revoked_by   text,
    parent       text
) strict, without rowid;

CREATE TABLE attempt (
    run_id        blob    not null check (length(run_id) = 16),
    number        integer not null check (number > 0),
    token         integer not null,
    worker        text    not null,
    started_at    integer not null,
    ended_at      integer not null,
    outcome       text    not null,
    error_type    text,
    error_message text,
    error_stack   text,
    primary key (run_id, number)
) strict, without rowid;

CREATE TABLE audit (
    id          integer primary key,
    at          integer not null,
    tenant      text    not null,
    actor       text    not null,
    action      text    not null,
    target_kind text    not null,
    target_name text    not null,
    reason      text,
    detail      text    check (json_valid(detail))
) strict;

CREATE TABLE claim (
    id         blob    not null primary key check (length(id) = 16),
    partition  integer not null,
    worker     text    not null,
    started_at integer not null,
    attempts   text    not null check (json_valid(attempts)) -- [["run id in hex", token], …]
) strict, without rowid;

CREATE TABLE definition_version (
    tenant             text    not null,
    job                text    not null,
    number             integer not null check (number > 0),
    written_at         integer not null,
    written_by         text,
    source             text    not null,
    deployment_version text    not null,
    definition         text    not null check (json_valid(definition)),
    primary key (tenant, job, number),
    foreign key (tenant, job) references job (tenant, name) on delete cascade
) strict, without rowid;

CREATE TABLE idempotency (
    tenant   text    not null,
    key      text    not null,
    run_id   blob    not null check (length(run_id) = 16),
    until_at integer not null,
    primary key (tenant, key)
) strict, without rowid;

CREATE TABLE job (
    tenant               text    not null check (length(tenant) between 1 and 100),
    name                 text    not null check (length(name) between 1 and 100),
    definition           text    not null check (json_valid(definition)),
    source               text    not null,
    deployment_version   text    not null,
    enabled              integer not null check (enabled in (0, 1)),
    pause                text    check (json_valid(pause)),
    created_at           integer not null,
    updated_at           integer not null,
    cursor_at            integer not null,
    next_due             integer,
    wake_at              integer,
    counts               text    not null check (json_valid(counts)),
    last_due_at          integer,
    last_verdict         text,
    consecutive_failures integer not null default 0,
    last_ended_at        integer,
    last_run_id          blob    check (length(last_run_id) = 16),
    last_run_state       text,
    last_run_started_at  integer,
    last_run_ended_at    integer,
    reboot_mark          text,
    version              integer not null check (version > 0),

    -- When the job wants to be looked at; null while it is paused or disabled, so that those are not in the index at all.
    alarm_at integer generated always as (
        case when enabled = 1 and pause is null then min(coalesce(next_due, wake_at), coalesce(wake_at, next_due)) end) virtual,

    primary key (tenant, name)
) strict, without rowid;

CREATE TABLE occurrence (
    tenant     text    not null,
    job        text    not null,
    due_at     integer not null,
    verdict    text    not null check (verdict in ('enqueued', 'caught_up', 'superseded', 'skipped_overlap', 'skipped_paused', 'skipped_calendar', 'missed')),
    decided_at integer not null,
    run_id     blob    check (length(run_id) = 16),
    until_at   integer check (until_at >= due_at),
    count      integer not null check (count > 0),

    -- A due instant is identified by what fell due and when, so deciding it twice inserts it once.
    primary key (tenant, job, due_at),
    foreign key (tenant, job) references job (tenant, name) on delete cascade
) strict, without rowid;

CREATE TABLE partition (
    id          integer not null primary key check (id between 0 and 31),
    epoch       integer not null default 0,
    owner       text,
    lease_until integer
) strict;

CREATE TABLE run (
    id            blob    not null primary key check (length(id) = 16),
    partition     integer not null check (partition between 0 and 31),
    tenant        text    not null,
    queue         text    not null,
    rank          integer not null, -- minus the priority, so that one ascending index gives the order of the queue
    due_at        integer not null,
    state         text    not null check (state in ('queued', 'scheduled')),
    inbox         integer,
    attempts      integer not null default 0,
    losses        integer not null default 0,
    token         integer not null default 0,
    handler       text    not null,
    job           text,
    occurrence_at integer,
    enqueued_at   integer not null,
    max_attempts  integer not null,
    requested_by  text,
    cancel        text    check (json_valid(cancel)),
    options       text    check (json_valid(options)),
    payload       text
) strict, without rowid;

CREATE TABLE run_count (
    tenant text    not null,
    label  text    not null,
    state  text    not null,
    count  integer not null check (count >= 0),
    primary key (tenant, label, state)
) strict, without rowid;

CREATE TABLE run_history (
    tenant           text    not null,
    id               blob    not null check (length(id) = 16),
    queue            text    not null,
    rank             integer not null,
    state            text    not null check (state in ('completed', 'failed', 'dead', 'cancelled', 'skipped')),
    due_at           integer not null,
    enqueued_at      integer not null,
    started_at       integer,
    ended_at         integer not null,
    attempts         integer not null,
    losses           integer not null,
    token            integer not null,
    outcome          text    not null,
    handler          text    not null,
    job              text,
    occurrence_at    integer,
    max_attempts     integer not null,
    requested_by     text,
    worker           text,
    item_errors      integer not null,
    progress         integer,
    progress_message text,
    error_type       text,
    error_message    text,
    error_stack      text,
    cancel           text,
    options          text,
    result           text,
    payload          text,

    -- A page of a tenant's runs, newest first, is a stretch of the table itself.
    primary key (tenant, id)
) strict, without rowid;

CREATE TABLE run_log (
    run_id   blob    not null check (length(run_id) = 16),
    sequence integer not null,
    at       integer not null,
    level    text    not null,
    attempt  integer not null,
    text     text    not null,
    primary key (run_id, sequence)
) strict, without rowid;

CREATE TABLE run_progress (
    run_id   blob not null primary key check (length(run_id) = 16),
    progress integer,
    message  text
) strict, without rowid;

CREATE TABLE run_step (
    run_id       blob    not null check (length(run_id) = 16),
    name         text    not null,
    tenant       text    not null,
    ordinal      integer not null,
    status       text    not null,
    result       text,
    error        text,
    retry_count  integer not null,
    processed_at integer not null,
    primary key (run_id, name)
) strict, without rowid;

CREATE TABLE run_tally (
    tenant    text    not null,
    minute_at integer not null,
    completed integer not null,
    failed    integer not null,
    cancelled integer not null,
    skipped   integer not null,
    lateness  text    not null check (json_valid(lateness)), -- counts by class, see DurationHistogram
    durations text    not null check (json_valid(durations)),
    primary key (tenant, minute_at)
) strict, without rowid;

CREATE TABLE setting (
    kind    text    not null,
    key     text    not null,
    value   text    not null,
    version integer not null check (version > 0),
    primary key (kind, key)
) strict, without rowid;

CREATE INDEX api_key_session on api_key (expires_at) where kind = 'session';

CREATE INDEX audit_age on audit (at);

CREATE INDEX audit_target on audit (tenant, target_kind, target_name, id);

CREATE INDEX audit_tenant on audit (tenant, id);

CREATE INDEX claim_partition on claim (partition);

CREATE INDEX idempotency_until on idempotency (until_at);

CREATE INDEX job_alarm on job (alarm_at) where alarm_at is not null;

CREATE INDEX occurrence_age on occurrence (due_at);

CREATE INDEX occurrence_range on occurrence (tenant, job, until_at) where until_at is not null;

CREATE INDEX run_cancel on run (partition, id) where cancel is not null;

CREATE INDEX run_inbox on run (inbox) where inbox is not null;

CREATE INDEX run_job on run (tenant, job) where job is not null;

CREATE INDEX run_ready on run (partition, tenant, queue, rank, due_at, id) where state = 'queued' and inbox is null;

CREATE INDEX run_scheduled on run (partition, due_at, id) where state = 'scheduled' and inbox is null;

CREATE INDEX run_history_age on run_history (ended_at);

CREATE INDEX run_history_id on run_history (id);

CREATE INDEX run_history_job on run_history (tenant, job, id) where job is not null;

CREATE INDEX run_history_state on run_history (tenant, state, id);

CREATE INDEX run_tally_age on run_tally (minute_at);

CREATE VIEW finished_run as
select id, tenant, queue, -rank as priority, state, due_at, enqueued_at, started_at, ended_at, attempts as attempt, max_attempts,
       losses, handler, job, occurrence_at, requested_by, worker, item_errors, progress, progress_message, error_type, error_message,
       error_stack, cancel, options, result, payload
  from run_history;

CREATE VIEW job_details as
select tenant, lower(hex(run_id)) || ':' || ordinal as detail_id,
       lower(substr(hex(run_id), 1, 8) || '-' || substr(hex(run_id), 9, 4) || '-' || substr(hex(run_id), 13, 4) || '-'
           || substr(hex(run_id), 17, 4) || '-' || substr(hex(run_id), 21)) as job_id,
       name as step_name, status, result,
       strftime('%Y-%m-%dT%H:%M:%fZ', processed_at / 1000.0, 'unixepoch') as processed_at,
       retry_count,
       case when error is not null then json_object('error', error) end as metadata
  from run_step;

CREATE VIEW job_logs as
select id, enqueued_at as created_at, updated_at, job_name,
       case when state in ('completed', 'skipped') then 'completed'
            when state in ('failed', 'dead', 'cancelled') then 'failed' else 'running' end as status,
       started_at, ended_at, coalesce(duration, 0) as duration, coalesce(error_message, '') as error,
       coalesce(options -> '$.metadata', '{}') as metadata, tenant
  from run_text
 where started_at is not null;

CREATE VIEW jobs as
select tenant, id as job_id, job_name as type, options -> '$.metadata' as metadata,
       case state
           when 'scheduled' then 'pending' when 'queued' then 'queued' when 'running' then 'active'
           when 'completed' then 'completed' when 'skipped' then 'completed' else 'failed' end as status,
       enqueued_at as created_at, updated_at, coalesce(requested_by, 'silos') as user_id,
       'silos' as runner_type, coalesce(tenant || '/' || job, id) as external_id, id as external_run_id
  from run_text;

CREATE VIEW live_run as
select run.id, run.tenant, run.queue, -run.rank as priority,
       case when open.run_id is null then run.state else 'running' end as state,
       run.due_at, run.enqueued_at,
       coalesce(open.started_at, last.started_at) as started_at,
       null as ended_at,
       run.attempts + (open.run_id is not null) as attempt,
       run.max_attempts, run.losses, run.handler, run.job, run.occurrence_at, run.requested_by,
       coalesce(open.worker, last.worker) as worker,
       0 as item_errors, progress.progress, progress.message as progress_message,
       last.error_type, last.error_message, last.error_stack,
       run.cancel, run.options, null as result, run.payload
  from run
  left join open_attempt as open on open.run_id = run.id and open.token > run.token
  left join attempt as last
    on last.run_id = run.id and last.number = (select max(number) from attempt where run_id = run.id)
  left join run_progress as progress on progress.run_id = run.id;

CREATE VIEW open_attempt as
select unhex(attempt.value ->> 0) as run_id, max(attempt.value ->> 1) as token, claim.worker, claim.started_at
  from claim, json_each(claim.attempts) as attempt
 group by 1;

CREATE VIEW queues as
select id, name, coalesce(description, '') as description,
       json_object(
           'type', handler,
           'data', json(coalesce(payload, '{}')),
           'options', json_object(
               'retry_count', max_attempts,
               'timeout', cast(substr(timeout, instr(timeout, ':') - 2, 2) as integer) * 3600
                   + cast(substr(timeout, instr(timeout, ':') + 1, 2) as integer) * 60
                   + cast(substr(timeout, instr(timeout, ':') + 4, 2) as integer)
                   + (length(timeout) > instr(timeout, ':') + 5)
                   + case when instr(timeout, '.') between 1 and instr(timeout, ':')
                         then cast(timeout as integer) * 86400 else 0 end)) as payload,
       attempt - (state = 'running') as attempts,
       case when state = 'running' then started_at end as reserved_at,
       enqueued_at as created, updated_at as updated, tenant, queue
  from run_text
 where state in ('queued', 'scheduled', 'running');

CREATE VIEW run_text as
select lower(substr(hex(id), 1, 8) || '-' || substr(hex(id), 9, 4) || '-' || substr(hex(id), 13, 4) || '-'
           || substr(hex(id), 17, 4) || '-' || substr(hex(id), 21)) as id,
       tenant, coalesce(options ->> '$.name', job, handler) as name, options ->> '$.description' as description,
       coalesce(job, handler) as job_name, job, handler, queue, state, attempt, max_attempts, worker, requested_by, payload, options,
       error_message, options ->> '$.timeout' as timeout, ended_at - started_at as duration, occurrence_at is not null as is_scheduled,
       strftime('%Y-%m-%dT%H:%M:%fZ', enqueued_at / 1000.0, 'unixepoch') as enqueued_at,
       strftime('%Y-%m-%dT%H:%M:%fZ', started_at / 1000.0, 'unixepoch') as started_at,
       strftime('%Y-%m-%dT%H:%M:%fZ', ended_at / 1000.0, 'unixepoch') as ended_at,
       strftime('%Y-%m-%dT%H:%M:%fZ', coalesce(ended_at, started_at, enqueued_at) / 1000.0, 'unixepoch') as updated_at
  from (select id, tenant, queue, state, enqueued_at, started_at, ended_at, attempt, max_attempts, handler, job, occurrence_at,
               requested_by, worker, error_message, options, payload
          from live_run
         union all
        select id, tenant, queue, state, enqueued_at, started_at, ended_at, attempt, max_attempts, handler, job, occurrence_at,
               requested_by, worker, error_message, options, payload
          from finished_run);
