-- Takes deleted runs out of the count. Not an insert with a number below zero: the constraint would refuse it before the conflict is seen.
-- ?1 tenant, ?2 label, ?3 state, ?4 how many
update run_count
   set count = count - ?4
 where tenant = ?1
   and label = ?2
   and state = ?3
