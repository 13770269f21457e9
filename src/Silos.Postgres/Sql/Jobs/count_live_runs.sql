-- How many runs of each of these jobs have not ended; jobs without any are left out. Counted job by job: a join would be
-- quadratic under a plan that was made while the tables were empty.
-- $1 tenants, $2 names
select k.place::integer, live.runs::integer
from unnest($1::text[], $2::text[]) with ordinality as k(tenant, name, place)
cross join lateral (
    select (select count(*) from run r where r.tenant = k.tenant and r.job = k.name)
        + (select count(*) from inbox i where i.tenant = k.tenant and i.job = k.name) as runs
) live
where live.runs > 0
