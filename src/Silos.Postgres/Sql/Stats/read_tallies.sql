-- The minutes of a tenant in which anything ended, earliest first.
-- $1 tenant, $2 from, $3 before
select minute, completed, failed, cancelled, skipped, lateness, durations
from run_tally
where tenant = $1::text and minute >= $2::timestamptz and minute < $3::timestamptz
order by minute
