-- Finds a run that an outcome may end: of this partition, adopted, its attempt not closed yet.
-- ?1 run, ?2 partition, ?3 token
select tenant, coalesce(job, handler)
  from run
 where id = ?1
   and partition = ?2
   and inbox is null
   and token < ?3
