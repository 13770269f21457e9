-- Lists a tenant's active jobs that are due next, earliest first.
-- ?1 tenant, ?2 limit
select tenant, name, definition, source, deployment_version, enabled, pause, created_at, updated_at, cursor_at, next_due, wake_at, counts,
       last_due_at, last_verdict, consecutive_failures, last_ended_at, last_run_id, last_run_state, last_run_started_at,
       last_run_ended_at, reboot_mark, version
  from job
 where tenant = ?1
   and enabled = 1
   and pause is null
   and next_due is not null
 order by next_due, name
 limit ?2
