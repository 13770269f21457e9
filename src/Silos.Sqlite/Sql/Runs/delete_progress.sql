-- Deletes what belongs to a run.
-- ?1 run
delete from run_progress where run_id = ?1
