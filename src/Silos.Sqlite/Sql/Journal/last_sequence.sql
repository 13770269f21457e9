-- Gets the highest sequence number of a run's log.
-- ?1 run
select coalesce(max(sequence), 0) from run_log where run_id = ?1
