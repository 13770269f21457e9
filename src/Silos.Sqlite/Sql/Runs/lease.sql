-- Reads until when a partition is held.
-- ?1 partition
select lease_until from partition where id = ?1
