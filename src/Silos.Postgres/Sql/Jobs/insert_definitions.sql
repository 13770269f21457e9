-- Stores the definitions of jobs that insert_jobs has just stored; those of jobs that existed stay.
-- $1 tenants, $2 names, $3 definitions
insert into job_definition (tenant, name, definition)
select d.tenant, d.name, d.definition
from unnest($1::text[], $2::text[], $3::text[]) as d(tenant, name, definition)
on conflict do nothing
