-- The queues of a partition that have queued runs: hops from lane to lane over the index run_ready, however long they are.
-- $1 partition
with recursive hop as (
    (
        select lane_of(partition, tenant, queue) as lane
        from run
        where state = 1 and lane_of(partition, tenant, queue) >= $1::bigint << 56
        order by 1
        limit 1
    )
    union all
    select next.lane
    from hop
    cross join lateral (
        select lane_of(r.partition, r.tenant, r.queue) as lane
        from run r
        where r.state = 1 and lane_of(r.partition, r.tenant, r.queue) > hop.lane
        order by 1
        limit 1
    ) next
    where hop.lane < ($1::bigint + 1) << 56
)
-- Should two queues ever share a lane (one chance in 2^56 a pair), the one behind shows when the one before is empty.
select r.tenant, r.queue
from hop
cross join lateral (
    select first.tenant, first.queue
    from run first
    where first.state = 1 and lane_of(first.partition, first.tenant, first.queue) = hop.lane
    order by (~first.priority), first.due_at, first.id
    limit 1
) r
where hop.lane < ($1::bigint + 1) << 56
order by r.tenant, r.queue
