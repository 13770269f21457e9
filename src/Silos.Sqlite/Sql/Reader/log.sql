-- Reads a run's log after a sequence number.
-- ?1 run, ?2 tenant, ?3 after, ?4 limit
select sequence, at, level, text, attempt
  from run_log
 where run_id = ?1
   and sequence > ?3
   and (exists (select 1 from run where id = ?1 and tenant = ?2)
     or exists (select 1 from run_history where tenant = ?2 and id = ?1))
 order by sequence
 limit ?4
