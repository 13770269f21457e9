-- A tenant's jobs by name.
-- $1 tenant, $2 after this name, $3 name contains, $4 source, $5 tag, $6 how many
select j.tenant, j.name, j.version, j.cursor, j.next_due, j.wake_at, j.last_due_at, j.last_verdict, j.last_ended_at,
    j.last_run_id, j.last_run_state, j.last_run_started_at, j.last_run_ended_at, j.consecutive_failures, j.counts,
    j.created_at, j.updated_at, j.source, j.deployment_version, j.pause, j.reboot_mark, d.definition
from job j
join job_definition d on d.tenant = j.tenant and d.name = j.name
where j.tenant = $1::text
    and j.name > $2::text
    and ($3::text is null or strpos(lower(j.name collate "default"), lower($3::text)) > 0)
    and ($4::text is null or j.source = $4::text)
    and ($5::text is null or j.tags @> array[$5::text])
order by j.name
limit $6::integer
