-- Reads the minutes of a tenant, earliest first.
-- ?1 tenant, ?2 from, ?3 before
select minute_at, completed, failed, cancelled, skipped, lateness, durations
  from run_tally
 where tenant = ?1
   and minute_at >= ?2
   and minute_at < ?3
 order by minute_at
