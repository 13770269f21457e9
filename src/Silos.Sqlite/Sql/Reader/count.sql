-- Counts runs.
-- ?1 tenant; the filter's values follow ?4
select (select count(*) from live_run as run where tenant = ?1 and (/*filter*/))
     + (select count(*) from finished_run as run where tenant = ?1 and (/*filter*/))
