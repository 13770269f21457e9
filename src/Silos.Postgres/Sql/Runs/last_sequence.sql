-- The highest sequence number of a run's log.
-- $1 run
select coalesce(max(sequence), 0)
from log_line
where run_id = $1::uuid
