-- How many runs of each of these jobs have not ended; jobs without any are left out.
-- $1 tenants, $2 names
select live.place::integer, count(*)::integer
from (
    select k.place
    from unnest($1::text[], $2::text[]) with ordinality as k(tenant, name, place)
    join run r on r.tenant = k.tenant and r.job = k.name
    union all
    select k.place
    from unnest($1::text[], $2::text[]) with ordinality as k(tenant, name, place)
    join inbox i on i.tenant = k.tenant and i.job = k.name
) live
group by live.place
