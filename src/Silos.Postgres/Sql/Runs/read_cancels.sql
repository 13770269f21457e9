-- Unfinished runs of a partition that somebody wants cancelled.
-- $1 partition, $2 how many
select r.id, r.tenant, r.queue, r.handler, r.priority, r.payload, r.due_at, r.enqueued_at, r.job, r.occurrence_at,
    r.max_attempts, r.options, r.requested_by, r.state, r.attempts, r.losses, r.token, r.cancel
from run r
where r.partition = $1::smallint and r.cancel is not null
order by r.id
limit $2::integer
