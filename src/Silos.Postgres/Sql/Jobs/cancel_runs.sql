-- Writes wishes to cancel all adopted runs of jobs. A wish leaves an earlier one, unless it terminates.
-- $1 tenants, $2 jobs, $3 wishes, $4 whether they terminate
update run r
set cancel = case when r.cancel is null or (k.terminates and r.cancel not like '%"terminate":true%') then k.wish else r.cancel end
from unnest($1::text[], $2::text[], $3::text[], $4::boolean[]) as k(tenant, job, wish, terminates)
where r.tenant = k.tenant and r.job = k.job
