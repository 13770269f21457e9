-- Tells whether a run's id was seen before.
-- ?1 run, ?2 tenant
select 1
 where exists (select 1 from run where id = ?1)
    or exists (select 1 from run_history where tenant = ?2 and id = ?1)
