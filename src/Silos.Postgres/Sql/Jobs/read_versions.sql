-- Which of these jobs have these versions.
-- $1 tenants, $2 names, $3 versions
select k.place::integer
from unnest($1::text[], $2::text[], $3::bigint[]) with ordinality as k(tenant, name, version, place)
join job j on j.tenant = k.tenant and j.name = k.name and j.version = k.version
