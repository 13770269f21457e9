-- Deletes what belongs to a run.
-- ?1 run
delete from run_log where run_id = ?1
