-- The open claims of a partition with those of their runs that have not ended, and when the attempt before ended.
-- $1 partition
select r.id, r.tenant, r.queue, r.handler, r.priority, r.payload, r.due_at, r.enqueued_at, r.job, r.occurrence_at,
    r.max_attempts, r.options, r.requested_by, r.state, r.attempts, r.losses, r.token, r.cancel,
    u.claim_id, u.worker, u.token, u.started_at,
    case when r.token > 0 then (select a.ended_at from attempt a where a.run_id = r.id and a.token = r.token) end
from (
    select c.id as claim_id, c.worker, c.started_at, t.run_id, t.token
    from claim c
    cross join lateral unnest(c.run_ids, c.tokens) as t(run_id, token)
    where c.partition = $1::smallint
) u
join run r on r.id = u.run_id and r.token < u.token
order by u.started_at, u.claim_id, r.id
