-- Stores the definitions of jobs that insert_jobs has just stored, and the first version of each if somebody is named; those of jobs that existed stay.
-- $1 tenants, $2 names, $3 definitions, $4 written by, $5 written at, $6 sources, $7 deployment versions
with first as (
    insert into definition_version (tenant, job, number, written_at, written_by, source, deployment_version, definition)
    select d.tenant, d.name, 1, d.written_at, $4::text, d.source, d.deployment_version, d.definition
    from unnest($1::text[], $2::text[], $3::text[], $5::timestamptz[], $6::text[], $7::text[])
        as d(tenant, name, definition, written_at, source, deployment_version)
    where $4::text is not null
        and not exists (select from job_definition o where o.tenant = d.tenant and o.name = d.name)
)
insert into job_definition (tenant, name, definition)
select d.tenant, d.name, d.definition
from unnest($1::text[], $2::text[], $3::text[]) as d(tenant, name, definition)
on conflict do nothing
