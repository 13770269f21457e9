-- The steps of a run in the order in which they were first tried.
-- $1 run
select name, status, result, error, retry_count, processed_at
from step
where run_id = $1::uuid
order by position
