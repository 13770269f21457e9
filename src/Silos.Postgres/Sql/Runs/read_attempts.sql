-- The closed attempts of a run, oldest first; the final one comes from the history.
-- $1 run
select token, worker, started_at, ended_at, outcome, error_type, error_message, error_stack
from attempt
where run_id = $1::uuid
union all
select token, coalesce(worker, ''), started_at, ended_at, coalesce(outcome, run_state_text(state)), error_type, error_message, error_stack
from run_history
where id = $1::uuid and started_at is not null
order by token
