-- Reads runs of a partition that somebody wants cancelled.
-- ?1 partition, ?2 limit
select id, partition, tenant, queue, rank, due_at, state, attempts, losses, token, handler, job, occurrence_at, enqueued_at, max_attempts,
       requested_by, cancel, options, payload
  from run
 where partition = ?1
   and cancel is not null
   and inbox is null
 order by id
 limit ?2
