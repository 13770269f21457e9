-- Deletes a finished run.
-- ?1 tenant, ?2 run
delete from run_history
 where tenant = ?1
   and id = ?2
returning coalesce(job, handler), state
