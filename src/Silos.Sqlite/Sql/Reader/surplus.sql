-- Finds finished runs of a job beyond its newest, the oldest first.
-- ?1 tenant, ?2 job, ?3 how many to keep, ?4 limit
select ?1, id
  from (select id from run_history where tenant = ?1 and job = ?2 order by id desc limit -1 offset ?3)
 order by id
 limit ?4
