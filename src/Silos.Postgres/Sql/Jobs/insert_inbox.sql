-- Puts the runs of plans into the inbox, in order.
-- $1 partitions, $2 and on: the columns of new runs
insert into inbox (partition, id, tenant, queue, handler, priority, payload, due_at, enqueued_at, job, occurrence_at, max_attempts, options,
    tags, requested_by)
select n.partition,
    n.id, n.tenant, n.queue, n.handler, n.priority, n.payload, n.due_at, n.enqueued_at, n.job, n.occurrence_at,
    n.max_attempts, n.options, n.tags::text[], n.requested_by
from unnest($1::smallint[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::integer[], $7::text[], $8::timestamptz[], $9::timestamptz[],
        $10::text[], $11::timestamptz[], $12::integer[], $13::text[], $14::text[], $15::text[])
        as n(partition, id, tenant, queue, handler, priority, payload, due_at, enqueued_at, job, occurrence_at, max_attempts, options,
        tags, requested_by)
