-- Finds the next queue of a partition that has queued runs: one seek, where "distinct" would read every run.
-- ?1 partition, ?2 after this tenant, ?3 and queue
select tenant, queue
  from run
 where partition = ?1
   and state = 'queued'
   and inbox is null
   and (tenant, queue) > (?2, ?3)
 order by tenant, queue
 limit 1
