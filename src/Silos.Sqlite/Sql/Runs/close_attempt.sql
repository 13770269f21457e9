-- Keeps an attempt that did not end its run.
-- ?1 run, ?2 token, ?3 worker, ?4 started, ?5 ended, ?6 outcome, ?7 error type, ?8 error message, ?9 error stack
insert into attempt (run_id, number, token, worker, started_at, ended_at, outcome, error_type, error_message, error_stack)
values (?1, (select coalesce(max(number), 0) + 1 from attempt where run_id = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
