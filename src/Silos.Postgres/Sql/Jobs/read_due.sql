-- Active jobs whose alarm is at or before an instant, earliest first.
-- $1 until, $2 how many
select j.tenant, j.name, j.version, j.cursor, j.next_due, j.wake_at, j.last_due_at, j.last_verdict, j.last_ended_at,
    j.last_run_id, j.last_run_state, j.last_run_started_at, j.last_run_ended_at, j.consecutive_failures, j.counts,
    j.created_at, j.updated_at, j.source, j.deployment_version, j.pause, j.reboot_mark, d.definition
from job j
join job_definition d on d.tenant = j.tenant and d.name = j.name
where j.active and least(j.next_due, j.wake_at) <= $1::timestamptz
order by least(j.next_due, j.wake_at), j.tenant, j.name
limit $2::integer
