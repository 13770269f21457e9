-- The queues of a partition that have queued runs: hops from queue to queue over the index, whatever their length.
-- $1 partition
with recursive hop as (
    (
        select tenant, queue from run
        where state = 1 and partition = $1::smallint
        order by tenant, queue
        limit 1
    )
    union all
    select next.tenant, next.queue
    from hop
    cross join lateral (
        select r.tenant, r.queue from run r
        where r.state = 1 and r.partition = $1::smallint and (r.tenant, r.queue) > (hop.tenant, hop.queue)
        order by r.tenant, r.queue
        limit 1
    ) next
)
select tenant, queue
from hop
