-- Puts runs back, closes their attempt, and remembers it. Returns how many counted and, if not all did, which.
-- $1 partition, $2 runs, $3 tokens, $4 states, $5 due, $6 attempts, $7 losses, $8 started, $9 ended, $10 workers,
-- $11 outcomes, $12 error types, $13 messages, $14 stacks
with moved as (
    update run r set token = o.closing, state = o.state, due_at = o.due_at, attempts = o.attempts, losses = o.losses
    from unnest($2::uuid[], $3::bigint[], $4::smallint[], $5::timestamptz[], $6::integer[], $7::integer[],
        $8::timestamptz[], $9::timestamptz[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[])
        as o(run_id, closing, state, due_at, attempts, losses, started_at, ended_at, worker, outcome, error_type,
        error_message, error_stack)
    where r.id = any (array[o.run_id]) and r.partition = $1::smallint and r.token < o.closing
    returning o.run_id, o.closing, o.started_at, o.ended_at, o.worker, o.outcome, o.error_type, o.error_message, o.error_stack
), kept as (
    insert into attempt (run_id, token, started_at, ended_at, worker, outcome, error_type, error_message, error_stack)
    select run_id, closing, started_at, ended_at, worker, outcome, error_type, error_message, error_stack
    from moved
)
select count(*), case when count(*) < cardinality($2::uuid[]) then array_agg(run_id) end
from moved
