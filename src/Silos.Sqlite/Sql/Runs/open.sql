-- Takes a partition over, unless somebody else's lease is valid.
-- ?1 partition, ?2 owner, ?3 now, ?4 lease until, ?5 whether the store is held exclusively
update partition
   set epoch = epoch + 1,
       owner = ?2,
       lease_until = ?4
 where id = ?1
   and (?5 or owner is null or owner = ?2 or lease_until is null or lease_until <= ?3)
returning epoch
