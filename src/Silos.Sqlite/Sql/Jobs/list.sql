-- Lists a tenant's jobs by name.
-- ?1 tenant, ?2 after this name or null, ?3 part of the name or null, ?4 source or null, ?5 tag or null, ?6 limit
select tenant, name, definition, source, deployment_version, enabled, pause, created_at, updated_at, cursor_at, next_due, wake_at, counts,
       last_due_at, last_verdict, consecutive_failures, last_ended_at, last_run_id, last_run_state, last_run_started_at,
       last_run_ended_at, reboot_mark, version
  from job
 where tenant = ?1
   and name > coalesce(?2, '')
   and (?3 is null or silos_contains(name, ?3))
   and (?4 is null or source = ?4)
   and (?5 is null or exists (select 1 from json_each(job.definition, '$.tags') as tag where tag.value = ?5))
 order by name
 limit ?6
