-- Gives a waiting run a new payload and due time, if it has not started and nobody wants it cancelled. Somebody who does not own the
-- partition may touch what its owner does not hold in memory: the inbox, and scheduled runs, which go back to the inbox so that the
-- owner hears of the new time.
-- ?1 run, ?2 tenant, ?3 queue, ?4 payload, ?5 due, ?6 state, ?7 whether the caller is somebody else
update run
   set payload = ?4,
       due_at = ?5,
       state = ?6,
       inbox = case when ?7 and inbox is null
                   then (select coalesce(max(inbox), 0) + 1 from run where inbox is not null)
                   else inbox end
 where id = ?1
   and tenant = ?2
   and queue = ?3
   and token = 0
   and cancel is null
   and (not ?7 or inbox is not null or state = 'scheduled')
   and not exists (
       select 1
         from claim, json_each(claim.attempts) as attempt
        where claim.partition = run.partition
          and attempt.value ->> 0 = lower(hex(run.id)))
