-- Jobs by key.
-- $1 tenants, $2 names
select j.tenant, j.name, j.version, j.cursor, j.next_due, j.wake_at, j.last_due_at, j.last_verdict, j.last_ended_at,
    j.last_run_id, j.last_run_state, j.last_run_started_at, j.last_run_ended_at, j.consecutive_failures, j.counts,
    j.created_at, j.updated_at, j.source, j.deployment_version, j.pause, j.reboot_mark, d.definition
from unnest($1::text[], $2::text[]) as k(tenant, name)
join job j on j.tenant = k.tenant and j.name = k.name
join job_definition d on d.tenant = k.tenant and d.name = k.name
