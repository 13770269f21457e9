-- Writes the wish to stop to all of a job's runs that have not ended. A wish stays as it is, unless the new one terminates.
-- ?1 tenant, ?2 job, ?3 wish, ?4 whether it terminates
update run
   set cancel = ?3
 where tenant = ?1
   and job = ?2
   and (cancel is null or (?4 and not cancel ->> '$.terminate'))
