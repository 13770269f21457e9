-- Deletes claims of a partition whose attempts have all ended.
-- ?1 partition
delete from claim
 where partition = ?1
   and not exists (
       select 1
         from json_each(claim.attempts) as attempt
         join run on run.id = unhex(attempt.value ->> 0)
        where run.inbox is null
          and attempt.value ->> 1 > run.token)
