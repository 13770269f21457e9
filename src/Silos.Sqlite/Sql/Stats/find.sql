-- Reads one minute.
-- ?1 tenant, ?2 minute
select minute_at, completed, failed, cancelled, skipped, lateness, durations
  from run_tally
 where tenant = ?1
   and minute_at = ?2
