-- Lets a run wait again after an attempt, if that attempt is not closed yet.
-- ?1 run, ?2 partition, ?3 token, ?4 state, ?5 due, ?6 attempts, ?7 losses
update run
   set state = ?4,
       due_at = ?5,
       attempts = ?6,
       losses = ?7,
       token = ?3
 where id = ?1
   and partition = ?2
   and inbox is null
   and token < ?3
