-- Moves scheduled runs whose time has come to queued, earliest first.
-- $1 partition, $2 now, $3 how many
with due as materialized (
    select id from run
    where partition = $1::smallint and state = 0 and due_at <= $2::timestamptz
    order by due_at, id
    limit $3::integer
), promoted as (
    update run r set state = 1
    from due
    where r.id = any (array[due.id]) and r.state = 0
    returning r.id, r.tenant, r.queue, r.handler, r.priority, r.payload, r.due_at, r.enqueued_at, r.job, r.occurrence_at,
    r.max_attempts, r.options, r.requested_by, r.state, r.attempts, r.losses, r.token, r.cancel
)
select * from promoted
order by due_at, id
