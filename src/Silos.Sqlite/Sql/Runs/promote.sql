-- Moves a scheduled run to its queue.
-- ?1 run
update run set state = 'queued' where id = ?1
