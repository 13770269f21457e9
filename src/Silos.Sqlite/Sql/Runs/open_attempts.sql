-- Reads the attempts of a partition that were begun and whose outcome nobody has recorded, and when the one before ended.
-- ?1 partition
select run.id, run.partition, run.tenant, run.queue, run.rank, run.due_at, run.state, run.attempts, run.losses, run.token, run.handler, run.job, run.occurrence_at, run.enqueued_at, run.max_attempts, run.requested_by, run.cancel, run.options, run.payload,
       claim.id, claim.worker, attempt.value ->> 1, claim.started_at,
       case when run.token > 0 then (select max(closed.ended_at) from attempt as closed where closed.run_id = run.id and closed.token = run.token) end
  from claim, json_each(claim.attempts) as attempt
  join run on run.id = unhex(attempt.value ->> 0)
 where claim.partition = ?1
   and run.partition = ?1
   and run.inbox is null
   and attempt.value ->> 1 > run.token
 order by claim.started_at, claim.id, attempt.key
