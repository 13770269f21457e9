-- Closes claims whose attempts have all ended.
-- $1 claims, $2 partition
delete from claim
where id = any ($1::uuid[]) and partition = $2::smallint
