-- Tells whether a run's id was seen before, by any tenant.
-- ?1 run
select 1
 where exists (select 1 from run where id = ?1)
    or exists (select 1 from run_history where id = ?1)
