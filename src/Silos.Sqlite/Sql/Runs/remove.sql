-- Deletes the live row of a run that has ended.
-- ?1 run
delete from run where id = ?1
