-- As finish_runs, and tells the jobs: last run, failure streak, wake-up. The version stays, because it is the actor's.
-- $1 to $16 as there, in the order in which the runs ended, $17 whether to tell the job, $18 whether to wake it,
-- $19 the current instant
with gone as (
    delete from run r
    using unnest($2::uuid[], $3::bigint[], $4::smallint[], $5::integer[], $6::integer[], $7::timestamptz[], $8::timestamptz[],
        $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::integer[], $15::text[], $16::boolean[], $17::boolean[],
        $18::boolean[]) with ordinality
        as o(run_id, closing, ending, attempts, losses, started_at, ended_at, worker, error_type, error_message,
        error_stack, result, item_errors, outcome, dropped, tells, wakes, place)
    where r.id = any (array[o.run_id]) and r.partition = $1::smallint and r.token < o.closing
    returning r.id, r.due_at, r.enqueued_at, r.occurrence_at, r.partition, r.priority, r.max_attempts, r.tenant, r.queue,
        r.handler, r.job, r.payload, r.options, r.tags, r.requested_by, r.cancel, o.*
), kept as (
    insert into run_history (id, due_at, enqueued_at, occurrence_at, partition, priority, max_attempts, tenant, queue, handler, job, payload,
        options, tags, requested_by, cancel,
        token, state, attempts, losses, started_at, ended_at, worker, error_type, error_message, error_stack, result,
        item_errors, outcome)
    select id, due_at, enqueued_at, occurrence_at, partition, priority, max_attempts, tenant, queue, handler, job, payload,
        options, tags, requested_by, cancel,
        closing, ending, attempts, losses, started_at, ended_at, worker, error_type, error_message, error_stack, result,
        item_errors, outcome
    from gone
    where not dropped
), told as (
    select tenant, job, id, ending, started_at, ended_at, wakes, place,
        max(place) over same as latest,
        max(place) filter (where ending = 3) over same as completed
    from gone
    where tells and job is not null
    window same as (partition by tenant, job)
), tally as (
    select tenant, job,
        count(*) filter (where ending in (4, 5) and place > coalesce(completed, 0)) as failures,
        bool_or(completed is not null) as completed,
        bool_or(wakes) as wakes,
        (array_agg(id) filter (where place = latest))[1] as run_id,
        max(ending) filter (where place = latest) as ending,
        max(started_at) filter (where place = latest) as started_at,
        max(ended_at) filter (where place = latest) as ended_at
    from told
    group by tenant, job
), updated as (
    update job j set
        last_run_id = t.run_id,
        last_run_state = t.ending,
        last_run_started_at = t.started_at,
        last_run_ended_at = t.ended_at,
        last_ended_at = t.ended_at,
        consecutive_failures = t.failures + case when t.completed then 0 else j.consecutive_failures end,
        -- Rises strictly, so that the plan which saw the previous wake-up cannot clear this one in the same millisecond.
        wake_at = case
            when not t.wakes then j.wake_at
            when j.wake_at >= $19::timestamptz then j.wake_at + interval '1 millisecond'
            else $19::timestamptz
        end
    from tally t
    where j.tenant = t.tenant and j.name = t.job
)
select count(*), case when count(*) < cardinality($2::uuid[]) then array_agg(id) end
from gone
