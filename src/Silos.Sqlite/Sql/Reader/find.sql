-- Reads a run, live or finished.
-- ?1 run, ?2 tenant
select id, tenant, queue, priority, state, due_at, enqueued_at, started_at, ended_at, attempt, max_attempts, losses, handler, job,
       occurrence_at, requested_by, worker, item_errors, progress, progress_message, error_type, error_message, error_stack, cancel,
       options, result, payload
  from live_run
 where id = ?1
   and tenant = ?2
 union all
select id, tenant, queue, priority, state, due_at, enqueued_at, started_at, ended_at, attempt, max_attempts, losses, handler, job,
       occurrence_at, requested_by, worker, item_errors, progress, progress_message, error_type, error_message, error_stack, cancel,
       options, result, payload
  from finished_run
 where id = ?1
   and tenant = ?2
