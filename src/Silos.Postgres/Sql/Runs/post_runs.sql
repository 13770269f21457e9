-- Puts runs into the inbox unless their id is known anywhere, and returns the ids that are new.
-- $1 partitions, $2 and on: the columns of new runs
insert into inbox (partition, id, tenant, queue, handler, priority, payload, due_at, enqueued_at, job, occurrence_at, max_attempts, options,
    tags, requested_by)
select n.partition,
    n.id, n.tenant, n.queue, n.handler, n.priority, n.payload, n.due_at, n.enqueued_at, n.job, n.occurrence_at,
    n.max_attempts, n.options, n.tags::text[], n.requested_by
from unnest($1::smallint[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::integer[], $7::text[], $8::timestamptz[], $9::timestamptz[],
        $10::text[], $11::timestamptz[], $12::integer[], $13::text[], $14::text[], $15::text[])
        with ordinality as n(partition, id, tenant, queue, handler, priority, payload, due_at, enqueued_at, job, occurrence_at,
        max_attempts, options, tags, requested_by, place)
where not exists (select 1 from run r where r.id = n.id)
    and not exists (select 1 from run_history h where h.id = n.id)
order by n.place
on conflict (id) do nothing
returning id
