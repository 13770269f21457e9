-- Reads what a plan needs to know of its job.
-- ?1 tenant, ?2 name
select version, last_due_at, last_verdict
  from job
 where tenant = ?1
   and name = ?2
