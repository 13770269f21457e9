-- Reads queued runs of one queue in order, after a position, each with when its last attempt ended if it had any.
-- ?1 partition, ?2 tenant, ?3 queue, ?4 rank, ?5 due, ?6 id, ?7 limit
select id, partition, tenant, queue, rank, due_at, state, attempts, losses, token, handler, job, occurrence_at, enqueued_at, max_attempts,
       requested_by, cancel, options, payload,
       case when token > 0 then (select max(attempt.ended_at) from attempt where attempt.run_id = run.id and attempt.token = run.token) end
  from run
 where partition = ?1
   and tenant = ?2
   and queue = ?3
   and state = 'queued'
   and inbox is null
   and (rank, due_at, id) > (?4, ?5, ?6)
 order by rank, due_at, id
 limit ?7
