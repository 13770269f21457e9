-- Tells whether an epoch is current.
-- ?1 partition, ?2 epoch
select 1 from partition where id = ?1 and epoch = ?2 and epoch > 0
