-- Reads scheduled runs whose time has come, earliest first.
-- ?1 partition, ?2 now, ?3 limit
select id, partition, tenant, queue, rank, due_at, state, attempts, losses, token, handler, job, occurrence_at, enqueued_at, max_attempts,
       requested_by, cancel, options, payload
  from run
 where partition = ?1
   and state = 'scheduled'
   and inbox is null
   and due_at <= ?2
 order by due_at, id
 limit ?3
