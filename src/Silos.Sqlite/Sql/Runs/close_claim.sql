-- Closes a claim.
-- ?1 claim, ?2 partition
delete from claim where id = ?1 and partition = ?2
