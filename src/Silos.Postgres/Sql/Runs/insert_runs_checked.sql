-- Inserts new runs, leaves known ids as they are, and returns the ids that are new.
-- $1 partition, $2 and on: the columns of new runs, $16 whether finished runs and the inbox are checked too
insert into run (partition, state, id, tenant, queue, handler, priority, payload, due_at, enqueued_at, job, occurrence_at, max_attempts, options,
    tags, requested_by)
select $1::smallint, case when n.due_at > n.enqueued_at then 0 else 1 end,
    n.id, n.tenant, n.queue, n.handler, n.priority, n.payload, n.due_at, n.enqueued_at, n.job, n.occurrence_at,
    n.max_attempts, n.options, n.tags::text[], n.requested_by
from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::integer[], $7::text[], $8::timestamptz[], $9::timestamptz[],
        $10::text[], $11::timestamptz[], $12::integer[], $13::text[], $14::text[], $15::text[])
        as n(id, tenant, queue, handler, priority, payload, due_at, enqueued_at, job, occurrence_at, max_attempts, options,
        tags, requested_by)
where not ($16::boolean and (
    exists (select 1 from run_history h where h.id = n.id) or exists (select 1 from inbox i where i.id = n.id)))
on conflict (id) do nothing
returning id
