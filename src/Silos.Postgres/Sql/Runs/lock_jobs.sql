-- Locks the jobs that a batch of outcomes will tell, before any run is touched: plans lock in the same order (job, then
-- run), so neither waits for the other in a circle.
-- $1 tenants, $2 names
select 1
from job j
where (j.tenant, j.name) in (select k.tenant, k.name from unnest($1::text[], $2::text[]) as k(tenant, name))
order by j.tenant, j.name
for no key update
