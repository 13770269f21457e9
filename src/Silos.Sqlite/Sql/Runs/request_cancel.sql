-- Writes the wish to cancel a run that has not ended. A wish stays as it is, unless the new one terminates.
-- ?1 run, ?2 tenant, ?3 wish, ?4 whether it terminates
update run
   set cancel = case when cancel is null or (?4 and not cancel ->> '$.terminate') then ?3 else cancel end
 where id = ?1
   and tenant = ?2
returning queue
