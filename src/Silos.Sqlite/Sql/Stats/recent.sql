-- Reads how the newest finished runs of a job went.
-- ?1 tenant, ?2 job, ?3 limit
select id, state, started_at, ended_at
  from run_history
 where tenant = ?1
   and job = ?2
 order by id desc
 limit ?3
