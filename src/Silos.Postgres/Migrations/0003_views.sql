-- Why: one shape for people's reads, and the tables of the systems that Silos replaces, as views, for queries written against them.

-- Attempts under way. A run's row closes an attempt by raising its token, so readers join on a higher one.
create or replace view open_attempt as
select distinct on (u.run_id) u.run_id, u.token, c.worker, c.started_at, c.partition, c.id as claim_id
from claim c
cross join lateral unnest(c.run_ids, c.tokens) as u(run_id, token)
order by u.run_id, u.token desc;

create or replace view live_run as
select r.id, r.tenant, r.job, r.occurrence_at, r.handler, r.queue, r.priority,
    case when o.run_id is null then r.state else 2::smallint end as state,
    r.payload, r.due_at, r.enqueued_at,
    coalesce(o.started_at, a.started_at) as started_at, null::timestamptz as ended_at, null::bigint as duration,
    r.attempts + case when o.run_id is null then 0 else 1 end as attempt,
    r.max_attempts, r.losses, a.error_type, a.error_message, a.error_stack, null::text as result,
    p.percent as progress, p.message as progress_message, 0 as item_errors,
    coalesce(o.worker, a.worker) as worker, r.requested_by, r.cancel, r.options, r.tags
from run r
left join open_attempt o on o.run_id = r.id and o.token > r.token
left join progress p on p.run_id = r.id
left join lateral (
    select t.started_at, t.worker, t.error_type, t.error_message, t.error_stack
    from attempt t
    where r.token > 0 and t.run_id = r.id
    order by t.token desc
    limit 1
) a on true;

create or replace view inbox_run as
select i.id, i.tenant, i.job, i.occurrence_at, i.handler, i.queue, i.priority,
    case when i.due_at > i.enqueued_at then 0 else 1 end::smallint as state,
    i.payload, i.due_at, i.enqueued_at,
    null::timestamptz as started_at, null::timestamptz as ended_at, null::bigint as duration,
    0 as attempt,
    i.max_attempts, 0 as losses, null::text as error_type, null::text as error_message, null::text as error_stack,
    null::text as result, null::integer as progress, null::text as progress_message, 0 as item_errors,
    null::text as worker, i.requested_by, i.cancel, i.options, i.tags
from inbox i;

create or replace view finished_run as
select h.id, h.tenant, h.job, h.occurrence_at, h.handler, h.queue, h.priority,
    h.state,
    h.payload, h.due_at, h.enqueued_at,
    h.started_at, h.ended_at,
    floor(extract(epoch from h.ended_at - h.started_at) * 1000)::bigint as duration,
    h.attempts as attempt,
    h.max_attempts, h.losses, h.error_type, h.error_message, h.error_stack, h.result,
    p.percent as progress, p.message as progress_message, h.item_errors,
    h.worker, h.requested_by, h.cancel, h.options, h.tags
from run_history h
left join progress p on p.run_id = h.id;

create or replace view any_run as
select * from live_run
union all
select * from inbox_run
union all
select * from finished_run;

-- job_logs of B12: runs that have started; between two attempts they are running. A run ended in another way than by completing is a failed one there.
create or replace view job_logs as
select id,
    enqueued_at as created_at,
    coalesce(ended_at, started_at) as updated_at,
    coalesce(job, handler)::varchar(100) as job_name,
    case when state in (3, 7) then 'completed' when state in (4, 5, 6) then 'failed' else 'running' end::varchar(20) as status,
    started_at,
    ended_at,
    coalesce(duration, 0) as duration,
    coalesce(error_message, '') as error,
    (coalesce(as_jsonb(options) -> 'metadata', '{}'))::json as metadata,
    tenant
from any_run
where started_at is not null;

-- queues of IMS: runs that have not ended. attempts are those that have ended, reserved_at is when the attempt under way began.
create or replace view queues as
select id,
    coalesce(as_jsonb(options) ->> 'name', handler) as name,
    coalesce(as_jsonb(options) ->> 'description', '') as description,
    jsonb_build_object(
        'type', handler,
        'data', coalesce(as_jsonb(payload), '{}'),
        'options', jsonb_build_object(
            'retry_count', max_attempts,
            'timeout', ceil(extract(epoch from regexp_replace(as_jsonb(options) ->> 'timeout', '^(\d+)\.', '\1 ')::interval))::bigint)) as payload,
    attempt - case when state = 2 then 1 else 0 end as attempts,
    case when state = 2 then started_at end as reserved_at,
    enqueued_at as created,
    coalesce(started_at, enqueued_at) as updated,
    tenant,
    queue
from any_run
where state < 3;

do $$
begin
    create type job_status as enum ('pending', 'processing', 'completed', 'failed', 'active', 'queued');
exception when duplicate_object then
    null;
end
$$;

-- jobs of AlgaPSA: one row a run. tenant and user_id are names in Silos, so they are text here; runner_type is always
-- 'silos'; external_id is what stays the same over a job's runs (tenant/job), external_run_id is the run.
create or replace view jobs as
select tenant,
    id as job_id,
    coalesce(job, handler)::varchar as type,
    as_jsonb(options) -> 'metadata' as metadata,
    (case state when 0 then 'pending' when 1 then 'queued' when 2 then 'active' when 3 then 'completed' when 7 then 'completed'
        else 'failed' end)::job_status as status,
    enqueued_at as created_at,
    coalesce(ended_at, started_at, enqueued_at) as updated_at,
    coalesce(requested_by, 'silos') as user_id,
    'silos'::varchar as runner_type,
    coalesce(tenant || '/' || job, id::text)::varchar as external_id,
    id::varchar as external_run_id
from any_run;

-- job_details of AlgaPSA: the steps of runs.
create or replace view job_details as
select r.tenant,
    md5(s.run_id::text || '/' || s.name)::uuid as detail_id,
    s.run_id as job_id,
    s.name::varchar as step_name,
    (case s.status when 'completed' then 'completed' else 'failed' end)::job_status as status,
    as_jsonb(s.result) as result,
    s.processed_at,
    s.retry_count,
    case when s.error is not null then jsonb_build_object('error', s.error) end as metadata
from step s
join (
    select id, tenant from run
    union all
    select id, tenant from run_history
) r on r.id = s.run_id;
