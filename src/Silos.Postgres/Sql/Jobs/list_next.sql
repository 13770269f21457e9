-- A tenant's active jobs that are due next, earliest first. Cut before the definitions are read.
-- $1 tenant, $2 how many
select j.tenant, j.name, j.version, j.cursor, j.next_due, j.wake_at, j.last_due_at, j.last_verdict, j.last_ended_at,
    j.last_run_id, j.last_run_state, j.last_run_started_at, j.last_run_ended_at, j.consecutive_failures, j.counts,
    j.created_at, j.updated_at, j.source, j.deployment_version, j.pause, j.reboot_mark, d.definition
from (
    select * from job
    where tenant = $1::text and active and next_due is not null
    order by next_due, name
    limit $2::integer
) j
join job_definition d on d.tenant = j.tenant and d.name = j.name
order by j.next_due, j.name
