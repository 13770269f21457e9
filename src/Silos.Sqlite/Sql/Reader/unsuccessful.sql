-- Reads the ids of the ended runs that did not do their work: an index has them, and they are few.
-- ?1 tenant
select id
  from run_history
 where tenant = ?1
   and state in ('failed', 'dead', 'cancelled')
