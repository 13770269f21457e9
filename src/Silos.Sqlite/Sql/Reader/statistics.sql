-- Counts runs by job (or handler) and state; those that have not ended have the state ''.
-- ?1 tenant
select label, state, count
  from run_count
 where tenant = ?1
   and count > 0
 union all
select coalesce(job, handler), '', count(*)
  from run
 where tenant = ?1
 group by 1
