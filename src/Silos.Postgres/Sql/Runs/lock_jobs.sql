-- Locks the jobs that a batch of outcomes will tell, before any run is touched: plans lock in the same order (job, then
-- run), so neither waits for the other in a circle.
-- $1 tenants, $2 names
select 1
from unnest($1::text[], $2::text[]) as k(tenant, name)
join job j on j.tenant = k.tenant and j.name = k.name
order by j.tenant, j.name
for no key update of j
