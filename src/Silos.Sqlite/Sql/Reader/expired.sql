-- Finds finished runs to delete by age, the oldest first.
-- ?1 before, ?2 whether failures, ?3 tenant and ?4 job or null for all but ?5, jobs as a JSON array of [tenant, name], ?6 limit
select tenant, id
  from run_history
 where ended_at < ?1
   and (state in ('failed', 'dead')) = ?2
   and (?4 is null or (tenant = ?3 and job = ?4))
   and (job is null or not exists (
       select 1 from json_each(?5) as kept where kept.value ->> 0 = run_history.tenant and kept.value ->> 1 = run_history.job))
 order by ended_at
 limit ?6
