-- Moves jobs on, each conditional on its version, in the order given (which must be that of the keys, so that two plans
-- cannot wait for each other in a circle). Raises SI002, and so undoes the whole batch, when one was not current.
-- $1 tenants, $2 names, $3 versions, $4 cursors, $5 next due, $6 seen wake-ups, $7 pauses (null: as it is),
-- $8 counts (null: as they are), $9 reboot marks (null: as it is), $10 and $11 last decisions (null: as it is), $12 now
with moved as (
    update job j set
        version = j.version + 1,
        cursor = p.cursor,
        next_due = p.next_due,
        wake_at = case when j.wake_at <= p.seen then null else j.wake_at end,
        pause = coalesce(p.pause, j.pause),
        active = j.active and p.pause is null,
        updated_at = case when p.pause is null then j.updated_at else p.now end,
        counts = coalesce(p.counts::bigint[], j.counts),
        reboot_mark = coalesce(p.reboot_mark, j.reboot_mark),
        last_due_at = case when p.due_at >= coalesce(j.last_due_at, '-infinity') then p.due_at else j.last_due_at end,
        last_verdict = case when p.due_at >= coalesce(j.last_due_at, '-infinity') then p.verdict else j.last_verdict end
    from unnest($1::text[], $2::text[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::text[],
        $8::text[], $9::text[], $10::timestamptz[], $11::smallint[], $12::timestamptz[])
        as p(tenant, name, version, cursor, next_due, seen, pause, counts, reboot_mark, due_at, verdict, now)
    where j.tenant = p.tenant and j.name = p.name and j.version = p.version
    returning 1
)
select assert_all(count(*), cardinality($1::text[]))
from moved
