-- Stores jobs for the first time, in the order of their keys; no row for one that exists.
-- $1 tenants, $2 names, $3 versions, $4 active, $5 cursors, $6 next due, $7 wake-ups, $8 and $9 last decisions, $10 counts,
-- $11 created, $12 updated, $13 sources, $14 deployment versions, $15 pauses, $16 reboot marks, $17 tags
insert into job as j (tenant, name, version, active, cursor, next_due, wake_at, last_due_at, last_verdict, counts, created_at,
    updated_at, source, deployment_version, pause, reboot_mark, tags)
select s.tenant, s.name, 1, s.active, s.cursor, s.next_due, s.wake_at, s.last_due_at, s.last_verdict, s.counts::bigint[], s.created_at,
    s.updated_at, s.source, s.deployment_version, s.pause, s.reboot_mark, s.tags::text[]
from unnest($1::text[], $2::text[], $3::bigint[], $4::boolean[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[],
        $8::timestamptz[], $9::smallint[], $10::text[], $11::timestamptz[], $12::timestamptz[], $13::text[], $14::text[], $15::text[],
        $16::text[], $17::text[])
        as s(tenant, name, version, active, cursor, next_due, wake_at, last_due_at, last_verdict, counts, created_at, updated_at,
        source, deployment_version, pause, reboot_mark, tags)
where s.version = 0
on conflict do nothing
returning j.tenant, j.name, j.version, j.cursor, j.next_due, j.wake_at, j.last_due_at, j.last_verdict, j.last_ended_at,
    j.last_run_id, j.last_run_state, j.last_run_started_at, j.last_run_ended_at, j.consecutive_failures, j.counts,
    j.created_at, j.updated_at, j.source, j.deployment_version, j.pause, j.reboot_mark
