-- One run, wherever it is.
-- $1 tenant, $2 run
select id, tenant, job, occurrence_at, handler, queue, priority, state, payload, due_at, enqueued_at, started_at, ended_at,
    attempt, max_attempts, losses, error_type, error_message, error_stack, result, progress, progress_message, item_errors,
    worker, requested_by, cancel, options
from any_run
where tenant = $1::text and id = $2::uuid
