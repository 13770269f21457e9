-- Gets the earliest due time of a scheduled run.
-- ?1 partition
select min(due_at)
  from run
 where partition = ?1
   and state = 'scheduled'
   and inbox is null
