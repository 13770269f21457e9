-- Lists a tenant's jobs that fail in a row or are paused, the most failures first.
-- ?1 tenant, ?2 limit
select tenant, name, definition, source, deployment_version, enabled, pause, created_at, updated_at, cursor_at, next_due, wake_at, counts,
       last_due_at, last_verdict, consecutive_failures, last_ended_at, last_run_id, last_run_state, last_run_started_at,
       last_run_ended_at, reboot_mark, version
  from job
 where tenant = ?1
   and (consecutive_failures > 0 or pause is not null)
 order by consecutive_failures desc, name
 limit ?2
