-- Keeps a run that has ended, with its final attempt.
-- ?1 run, ?2 state, ?3 started, ?4 ended, ?5 attempts, ?6 losses, ?7 token, ?8 outcome, ?9 worker, ?10 item errors, ?11 error type,
-- ?12 error message, ?13 error stack, ?14 result
-- "or fail": what fails fails the caller's whole batch anyway, and the default would copy every page it touches for a rollback of its own.
insert or fail into run_history (id, tenant, queue, rank, state, due_at, enqueued_at, started_at, ended_at, attempts, losses, token, outcome,
                         handler, job, occurrence_at, max_attempts, requested_by, worker, item_errors, progress, progress_message,
                         error_type, error_message, error_stack, cancel, options, result, payload)
select run.id, run.tenant, run.queue, run.rank, ?2, run.due_at, run.enqueued_at, ?3, ?4, ?5, ?6, ?7, ?8,
       run.handler, run.job, run.occurrence_at, run.max_attempts, run.requested_by, ?9, ?10, progress.progress, progress.message,
       ?11, ?12, ?13, run.cancel, run.options, ?14, run.payload
  from run
  left join run_progress as progress on progress.run_id = run.id
 where run.id = ?1
