-- Deletes a finished run.
-- ?1 run
delete from run_history
 where id = ?1
returning tenant, coalesce(job, handler), state
