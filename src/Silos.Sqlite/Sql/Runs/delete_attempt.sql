-- Deletes what belongs to a run.
-- ?1 run
delete from attempt where run_id = ?1
