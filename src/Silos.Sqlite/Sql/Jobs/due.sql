-- Reads active jobs that want to be looked at, earliest first. Paused and disabled ones have no alarm.
-- ?1 until, ?2 limit
select tenant, name, definition, source, deployment_version, enabled, pause, created_at, updated_at, cursor_at, next_due, wake_at, counts,
       last_due_at, last_verdict, consecutive_failures, last_ended_at, last_run_id, last_run_state, last_run_started_at,
       last_run_ended_at, reboot_mark, version
  from job
 where alarm_at <= ?1
 order by alarm_at, tenant, name
 limit ?2
