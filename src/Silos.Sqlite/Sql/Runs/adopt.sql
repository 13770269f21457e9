-- Moves a run from the inbox to its queue.
-- ?1 run, ?2 state
update run set inbox = null, state = ?2 where id = ?1
