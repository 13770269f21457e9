-- Reads until when a partition is held, and by whom.
-- ?1 partition
select lease_until, owner from partition where id = ?1
