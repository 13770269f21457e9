-- What waits and runs in each queue of a tenant, the inbox included.
-- $1 tenant
select queue,
    count(*) filter (where state = 1) as queued,
    count(*) filter (where state = 0) as scheduled,
    count(*) filter (where state = 2) as running,
    min(greatest(due_at, enqueued_at)) filter (where state = 1) as oldest
from (
    select r.queue, r.due_at, r.enqueued_at, case when o.run_id is null then r.state else 2 end as state
    from run r
    left join open_attempt o on o.run_id = r.id and o.token > r.token
    where r.tenant = $1::text
    union all
    select queue, due_at, enqueued_at, state
    from inbox_run
    where tenant = $1::text
) live
group by queue
order by queue
