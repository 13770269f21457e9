-- Extends or ends a lease under its epoch.
-- ?1 partition, ?2 epoch, ?3 lease until or null
update partition
   set lease_until = ?3
 where id = ?1
   and epoch = ?2
   and epoch > 0
