-- Writes wishes to cancel all runs of jobs that wait in the inbox. A wish leaves an earlier one, unless it terminates.
-- $1 tenants, $2 jobs, $3 wishes, $4 whether they terminate
update inbox i
set cancel = case when i.cancel is null or (k.terminates and i.cancel not like '%"terminate":true%') then k.wish else i.cancel end
from unnest($1::text[], $2::text[], $3::text[], $4::boolean[]) as k(tenant, job, wish, terminates)
where i.tenant = k.tenant and i.job = k.job
