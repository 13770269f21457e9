-- Ends runs whose attempt has a token above the closed one: out of the live table, into the history; the payload never
-- leaves the database. Returns how many counted and, if not all did, which.
-- $1 partition, $2 runs, $3 tokens, $4 states, $5 attempts, $6 losses, $7 started, $8 ended, $9 workers, $10 error
-- types, $11 messages, $12 stacks, $13 results, $14 item errors, $15 outcomes (null: the word of the state),
-- $16 whether to keep nothing
with gone as (
    delete from run r
    using unnest($2::uuid[], $3::bigint[], $4::smallint[], $5::integer[], $6::integer[], $7::timestamptz[], $8::timestamptz[],
        $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::integer[], $15::text[], $16::boolean[])
        as o(run_id, closing, ending, attempts, losses, started_at, ended_at, worker, error_type, error_message,
        error_stack, result, item_errors, outcome, dropped)
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
)
select count(*), case when count(*) < cardinality($2::uuid[]) then array_agg(id) end
from gone
