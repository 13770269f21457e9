-- Which of these due instants are decided: by a row of their own, or by the range that begins before them.
-- $1 tenants, $2 jobs, $3 due instants
select k.place::integer
from unnest($1::text[], $2::text[], $3::timestamptz[]) with ordinality as k(tenant, job, due_at, place)
cross join lateral (
    select o.due_at, o.until from occurrence o
    where o.tenant = k.tenant and o.job = k.job and o.due_at <= k.due_at
    order by o.due_at desc
    limit 1
) before
where before.due_at = k.due_at or before.until >= k.due_at
