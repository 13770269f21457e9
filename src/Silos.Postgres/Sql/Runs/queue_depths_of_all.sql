-- What waits and runs in each queue of every tenant, the inbox included.
select tenant, queue,
    count(*) filter (where state = 1) as queued,
    count(*) filter (where state = 0) as scheduled,
    count(*) filter (where state = 2) as running,
    min(greatest(due_at, enqueued_at)) filter (where state = 1) as oldest
from (
    select r.tenant, r.queue, r.due_at, r.enqueued_at, case when o.run_id is null then r.state else 2 end as state
    from run r
    left join open_attempt o on o.run_id = r.id and o.token > r.token
    union all
    select tenant, queue, due_at, enqueued_at, state
    from inbox_run
) live
group by tenant, queue
order by tenant, queue
