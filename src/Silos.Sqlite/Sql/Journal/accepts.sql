-- Tells whether an attempt may write: its epoch is current, the run has not ended and its token is above the closed one.
-- ?1 run, ?2 partition, ?3 epoch, ?4 tenant, ?5 token
select 1
  from run
  join partition on partition.id = run.partition
 where run.id = ?1
   and run.partition = ?2
   and run.inbox is null
   and partition.epoch = ?3
   and run.tenant = ?4
   and run.token < ?5
