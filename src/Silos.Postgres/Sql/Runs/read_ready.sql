-- The queued runs of a queue that come after a position, in order: one range of the index run_ready. Each with when its last attempt
-- ended, if it had any.
-- $1 partition, $2 tenant, $3 queue, $4 priority, $5 due, $6 id of the position, $7 how many
select r.id, r.tenant, r.queue, r.handler, r.priority, r.payload, r.due_at, r.enqueued_at, r.job, r.occurrence_at,
    r.max_attempts, r.options, r.requested_by, r.state, r.attempts, r.losses, r.token, r.cancel,
    case when r.token > 0 then (select a.ended_at from attempt a where a.run_id = r.id and a.token = r.token) end
from run r
where r.state = 1 and lane_of(r.partition, r.tenant, r.queue) = lane_of($1::smallint, $2::text, $3::text)
    and r.tenant = $2::text and r.queue = $3::text
    and ((~r.priority), r.due_at, r.id) > ((~$4::integer), $5::timestamptz, $6::uuid)
order by (~r.priority), r.due_at, r.id
limit $7::integer
