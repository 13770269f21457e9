-- Reads a run's steps in the order they were first tried.
-- ?1 run
select name, status, result, error, retry_count, processed_at
  from run_step
 where run_id = ?1
 order by ordinal
