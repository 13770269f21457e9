-- Runs of a tenant, newest first. Each stage is cut to what can be on the page before they are merged.
-- A stage that cannot hold what the filter asks for is not read at all: its marker becomes "and false".
-- $1 tenant, $2 how many at most, $3 how many to skip; the filter's values follow
select id, tenant, job, occurrence_at, handler, queue, priority, state, payload, due_at, enqueued_at, started_at, ended_at,
    attempt, max_attempts, losses, error_type, error_message, error_stack, result, progress, progress_message, item_errors,
    worker, requested_by, cancel, options
from (
    (select * from live_run where tenant = $1::text /*live*/ /*filter*/ order by id desc limit $2::integer + $3::integer)
    union all
    (select * from inbox_run where tenant = $1::text /*live*/ /*filter*/ order by id desc limit $2::integer + $3::integer)
    union all
    (select * from finished_run where tenant = $1::text /*finished*/ /*failures*/ /*filter*/ order by id desc limit $2::integer + $3::integer)
) page
order by id desc
limit $2::integer offset $3::integer
