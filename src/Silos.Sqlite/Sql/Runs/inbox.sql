-- Reads the inbox of some partitions, oldest first.
-- ?1 partitions as a JSON array, ?2 limit
select id, partition, tenant, queue, rank, due_at, state, attempts, losses, token, handler, job, occurrence_at, enqueued_at, max_attempts,
       requested_by, cancel, options, payload
  from run
 where inbox is not null
   and partition in (select value from json_each(?1))
 order by inbox
 limit ?2
