-- Lists runs, newest first. Each half stops at its own limit, so that neither is read to its end.
-- Where another index finds few among those that ended, the marks of the other half say among which, and keep the planner from the order of ids.
-- ?1 tenant, ?2 only ids below this one, or null, ?3 limit, ?4 offset; the filter's values follow
select id, tenant, queue, priority, state, due_at, enqueued_at, started_at, ended_at, attempt, max_attempts, losses, handler, job,
       occurrence_at, requested_by, worker, item_errors, progress, progress_message, error_type, error_message, error_stack, cancel,
       options, result, payload
  from (select *
          from (select id, tenant, queue, priority, state, due_at, enqueued_at, started_at, ended_at, attempt, max_attempts, losses, handler, job,
       occurrence_at, requested_by, worker, item_errors, progress, progress_message, error_type, error_message, error_stack, cancel,
       options, result, payload
                  from live_run as run
                 where tenant = ?1
                   and id < coalesce(?2, x'ffffffffffffffffffffffffffffffffff')
                   and (/*filter*/)
                 order by id desc
                 limit ?3 + ?4)
         union all
        select *
          from (select id, tenant, queue, priority, state, due_at, enqueued_at, started_at, ended_at, attempt, max_attempts, losses, handler, job,
       occurrence_at, requested_by, worker, item_errors, progress, progress_message, error_type, error_message, error_stack, cancel,
       options, result, payload
                  from finished_run as run
                 where /*by_end*/tenant = ?1
                   and /*not_by_id*/id < coalesce(?2, x'ffffffffffffffffffffffffffffffffff')
                   and (/*filter*/) /*among*/
                 order by /*by_end*/id desc
                 limit ?3 + ?4))
 order by id desc
 limit ?3 offset ?4
