-- Moves runs from the inbox into the queues of partitions that are held under these epochs, oldest first (ids begin
-- with the time they were made). A run whose id is known leaves the inbox and changes nothing.
-- $1 partitions, $2 epochs, $3 now, $4 how many
with held as materialized (
    select p.id from partition p
    join unnest($1::smallint[], $2::bigint[]) as o(id, epoch) on p.id = o.id and p.epoch = o.epoch and o.epoch > 0
    order by p.id
    for share of p
), oldest as materialized (
    select i.id from inbox i
    where i.partition = any (array(select h.id from held h))
    order by i.id
    limit $4::integer
    for update of i skip locked
), taken as (
    delete from inbox i using oldest
    where i.id = any (array[oldest.id])
    returning i.*
), added as (
    insert into run (partition, state, id, tenant, queue, handler, priority, payload, due_at, enqueued_at, job, occurrence_at, max_attempts, options,
    tags, requested_by, cancel)
    select n.partition, case when n.due_at > greatest($3::timestamptz, n.enqueued_at) then 0 else 1 end,
    n.id, n.tenant, n.queue, n.handler, n.priority, n.payload, n.due_at, n.enqueued_at, n.job, n.occurrence_at,
    n.max_attempts, n.options, n.tags, n.requested_by, n.cancel
    from taken n
    where not exists (select 1 from run_history h where h.id = n.id)
    order by n.id
    on conflict (id) do nothing
    returning id, tenant, queue, handler, priority, payload, due_at, enqueued_at, job, occurrence_at,
    max_attempts, options, requested_by, state, attempts, losses, token, cancel
)
-- Rows come in the order of the insert, which is that of the inbox.
select * from added
