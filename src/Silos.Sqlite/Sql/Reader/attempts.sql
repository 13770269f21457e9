-- Reads the closed attempts of a run, oldest first; the final one is in the history row.
-- ?1 run, ?2 tenant
select number, token, worker, started_at, ended_at, outcome, error_type, error_message, error_stack
  from attempt
 where run_id = ?1
 union all
select (select count(*) + 1 from attempt where run_id = ?1), token, coalesce(worker, ''), started_at, ended_at, outcome,
       error_type, error_message, error_stack
  from run_history
 where tenant = ?2
   and id = ?1
   and started_at is not null
 order by 1
