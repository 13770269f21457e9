-- Updates jobs whose version is current, all but what the finishing of runs owns; a wake-up is only cleared by a plan.
-- A pause that is taken away ends the streak of failures. Where somebody is named who changes definitions, the versions of those that differ are
-- kept: the new one, and before it the one that is stored, if a version of Silos wrote it that keeps none.
-- $1 tenants, $2 names, $3 versions, $4 active, $5 cursors, $6 next due, $7 wake-ups, $8 and $9 last decisions, $10 counts,
-- $11 created, $12 updated, $13 sources, $14 deployment versions, $15 pauses, $16 reboot marks, $17 tags, $18 definitions,
-- $19 written by, $20 how many versions stay
with moved as (
    update job j set
        version = j.version + 1, active = s.active, cursor = s.cursor, next_due = s.next_due,
        wake_at = greatest(j.wake_at, s.wake_at), last_due_at = s.last_due_at, last_verdict = s.last_verdict,
        counts = s.counts::bigint[], created_at = s.created_at, updated_at = s.updated_at, source = s.source,
        deployment_version = s.deployment_version, pause = s.pause,
        consecutive_failures = case when j.pause is not null and s.pause is null then 0 else j.consecutive_failures end, reboot_mark = s.reboot_mark, tags = s.tags::text[]
    from unnest($1::text[], $2::text[], $3::bigint[], $4::boolean[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[],
            $8::timestamptz[], $9::smallint[], $10::text[], $11::timestamptz[], $12::timestamptz[], $13::text[], $14::text[], $15::text[],
            $16::text[], $17::text[], $18::text[])
            as s(tenant, name, version, active, cursor, next_due, wake_at, last_due_at, last_verdict, counts, created_at, updated_at,
            source, deployment_version, pause, reboot_mark, tags, definition)
    where j.tenant = s.tenant and j.name = s.name and j.version = s.version and s.version > 0
    returning j.*, s.definition
), written as (
    update job_definition d set definition = m.definition
    from moved m
    where d.tenant = m.tenant and d.name = m.name and d.definition <> m.definition
), changed as (
    -- What this statement has written it does not see: these are the rows as they were.
    select m.tenant, m.name, m.updated_at, m.source, m.deployment_version, m.definition,
        j.updated_at as stored_at, j.source as stored_source, j.deployment_version as stored_deployment, d.definition as stored_definition,
        v.definition is distinct from d.definition as unkept,
        coalesce(v.number, 0) + case when v.definition is distinct from d.definition then 2 else 1 end as number
    from moved m
    join job j on j.tenant = m.tenant and j.name = m.name
    join job_definition d on d.tenant = m.tenant and d.name = m.name
    left join lateral (
        select n.number, n.definition from definition_version n
        where n.tenant = m.tenant and n.job = m.name
        order by n.number desc
        limit 1
    ) v on true
    where $19::text is not null and d.definition <> m.definition
), kept as (
    insert into definition_version (tenant, job, number, written_at, written_by, source, deployment_version, definition)
    select c.tenant, c.name, c.number - 1, c.stored_at, null, c.stored_source, c.stored_deployment, c.stored_definition
    from changed c
    where c.unkept
    union all
    select c.tenant, c.name, c.number, c.updated_at, $19::text, c.source, c.deployment_version, c.definition
    from changed c
), dropped as (
    delete from definition_version v using changed c
    where v.tenant = c.tenant and v.job = c.name and v.number <= c.number - $20::integer
)
select
    j.tenant, j.name, j.version, j.cursor, j.next_due, j.wake_at, j.last_due_at, j.last_verdict, j.last_ended_at,
    j.last_run_id, j.last_run_state, j.last_run_started_at, j.last_run_ended_at, j.consecutive_failures, j.counts,
    j.created_at, j.updated_at, j.source, j.deployment_version, j.pause, j.reboot_mark,
    j.definition
from moved j
