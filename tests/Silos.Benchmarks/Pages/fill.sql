-- A history of $1 runs over the last thirty days, spread over all jobs: the one run of job-1 that really ran, many times over.
with names as (
    select array_agg(name order by name) as name from silos.job
),
pattern as (
    select * from silos.run_history where job is not null order by id desc limit 1
),
moment as (
    select g, now() - interval '30 days' + g * (interval '30 days' / $1) as at from generate_series(1, $1) as g
)
insert into silos.run_history (
    id, due_at, enqueued_at, occurrence_at, started_at, ended_at, token, partition, state, priority, attempts, losses, max_attempts, item_errors,
    tenant, queue, handler, job, worker, outcome, payload, options, tags, requested_by, cancel, result, error_type, error_message, error_stack)
select
    (lpad(to_hex((extract(epoch from m.at) * 1000)::bigint), 12, '0') || '7' || substr(md5(m.g::text), 1, 3) || '8' || substr(md5(m.g::text), 4, 15))::uuid,
    m.at, m.at, m.at, m.at + interval '5 ms', m.at + interval '5 ms' + (m.g % 2000) * interval '1 ms', p.token, p.partition,
    case when m.g % 50 = 0 then 5 else p.state end, p.priority, p.attempts, p.losses, p.max_attempts, 0,
    p.tenant, p.queue, p.handler, n.name[1 + m.g % array_length(n.name, 1)], p.worker, p.outcome, p.payload, p.options, p.tags, p.requested_by, null, p.result,
    case when m.g % 50 = 0 then 'System.TimeoutException' end, case when m.g % 50 = 0 then 'The host did not answer.' end, null
from moment m cross join pattern p cross join names n;
