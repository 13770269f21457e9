-- Reads runs of jobs, of all tenants, that have been executing since before an instant, the longest first.
-- A cross join is done in the order in which it is written: led by the open claims, of which there are few.
-- ?1 before, ?2 how many at most
select run.tenant, run.job, run.id, coalesce(run.occurrence_at, run.due_at), open.started_at
  from open_attempt as open
 cross join run
 where open.started_at < ?1
   and run.id = open.run_id
   and run.token < open.token
   and run.job is not null
 order by open.started_at, run.id
 limit ?2
