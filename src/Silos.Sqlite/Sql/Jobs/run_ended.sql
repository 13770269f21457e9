-- Writes the end of a job's runs to its row, and leaves the version alone. A wake-up rises strictly, so that the plan which saw the
-- previous one cannot clear this one, even in the same millisecond.
-- ?1 tenant, ?2 name, ?3 run, ?4 state, ?5 started, ?6 ended, ?7 whether a run completed, ?8 failures since, ?9 whether to wake, ?10 now
update job
   set last_run_id = ?3,
       last_run_state = ?4,
       last_run_started_at = ?5,
       last_run_ended_at = ?6,
       last_ended_at = ?6,
       consecutive_failures = case when ?7 then ?8 else consecutive_failures + ?8 end,
       wake_at = case when not ?9 then wake_at when wake_at >= ?10 then wake_at + 1 else ?10 end
 where tenant = ?1
   and name = ?2
