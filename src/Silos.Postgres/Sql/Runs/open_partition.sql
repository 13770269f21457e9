-- Takes a partition over: raises its epoch, unless somebody else's lease is alive. Waits for commits under the old epoch.
-- $1 partition, $2 owner, $3 now, $4 lease until, $5 whether the store is held exclusively
update partition
set epoch = epoch + 1, owner = $2::text, lease_until = $4::timestamptz
where id = $1::smallint
    and ($5::boolean or owner is not distinct from $2::text or lease_until is null or lease_until <= $3::timestamptz)
returning epoch
